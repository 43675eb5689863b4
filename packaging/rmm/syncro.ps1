# Syncro: an alert where the site is not ready; the line on stdout is kept with the script's run.
# Environment: PREFLIGHT (the program), PREFLIGHT_PROFILES, and PREFLIGHT_... of any option.
$ErrorActionPreference = 'Stop'
$program = if ($env:PREFLIGHT) { $env:PREFLIGHT } else { 'preflight.exe' }
$profiles = if ($env:PREFLIGHT_PROFILES) { $env:PREFLIGHT_PROFILES -split ' ' } else { @('auvik-collector') }
Import-Module $env:SyncroModule
$line = & $program run @profiles --format line --max-chars 1000 | Out-String
$status = $LASTEXITCODE
Write-Output $line.Trim()
if ($status -ne 0) { Rmm-Alert -Category 'preflight' -Body $line.Trim() }
exit $status
