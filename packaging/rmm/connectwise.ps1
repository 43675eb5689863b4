# ConnectWise Automate, remote monitor that compares a number: required paths that do not work; -1: preflight could not run.
# Environment: PREFLIGHT (the program), PREFLIGHT_PROFILES, and PREFLIGHT_... of any option.
$ErrorActionPreference = 'Stop'
$program = if ($env:PREFLIGHT) { $env:PREFLIGHT } else { 'preflight.exe' }
$profiles = if ($env:PREFLIGHT_PROFILES) { $env:PREFLIGHT_PROFILES -split ' ' } else { @('auvik-collector') }
& $program run @profiles --format value
if ($LASTEXITCODE -in 0, 1, 2, 4) { exit 0 }
exit $LASTEXITCODE
