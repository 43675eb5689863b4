# N-able N-sight, script check: 0 passes; 1 to 999 are its own, so that a failure is 1001.
# Environment: PREFLIGHT (the program), PREFLIGHT_PROFILES, and PREFLIGHT_... of any option.
$ErrorActionPreference = 'Stop'
$program = if ($env:PREFLIGHT) { $env:PREFLIGHT } else { 'preflight.exe' }
$profiles = if ($env:PREFLIGHT_PROFILES) { $env:PREFLIGHT_PROFILES -split ' ' } else { @('auvik-collector') }
& $program run @profiles --format text --quiet --color never --max-chars 9900
if ($LASTEXITCODE -eq 0) { exit 0 }
exit 1000 + $LASTEXITCODE
