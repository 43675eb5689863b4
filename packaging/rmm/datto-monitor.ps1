# Datto RMM, component of category Monitor. Exit 0: good; else the monitor alerts.
# Environment: PREFLIGHT (the program), PREFLIGHT_PROFILES, and PREFLIGHT_... of any option.
$ErrorActionPreference = 'Stop'
$program = if ($env:PREFLIGHT) { $env:PREFLIGHT } else { 'preflight.exe' }
$profiles = if ($env:PREFLIGHT_PROFILES) { $env:PREFLIGHT_PROFILES -split ' ' } else { @('auvik-collector') }
& $program run @profiles --format datto --max-chars 8000
exit $LASTEXITCODE
