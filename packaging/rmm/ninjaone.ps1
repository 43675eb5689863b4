# NinjaOne: one line on stdout and in a custom text field. PREFLIGHT_FIELD: its name.
# Environment: PREFLIGHT (the program), PREFLIGHT_PROFILES, and PREFLIGHT_... of any option.
$ErrorActionPreference = 'Stop'
$program = if ($env:PREFLIGHT) { $env:PREFLIGHT } else { 'preflight.exe' }
$profiles = if ($env:PREFLIGHT_PROFILES) { $env:PREFLIGHT_PROFILES -split ' ' } else { @('auvik-collector') }
$field = if ($env:PREFLIGHT_FIELD) { $env:PREFLIGHT_FIELD } else { 'preflight' }
$line = & $program run @profiles --strict --format line --max-chars 200 | Out-String
$status = $LASTEXITCODE
Write-Output $line.Trim()
Ninja-Property-Set $field $line.Trim()
exit $status
