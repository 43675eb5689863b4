# Atera, script-based monitor that compares text: READY, NOT READY, UNDECIDED or ERROR, and the cause.
# Environment: PREFLIGHT (the program), PREFLIGHT_PROFILES, and PREFLIGHT_... of any option.
$ErrorActionPreference = 'Stop'
$program = if ($env:PREFLIGHT) { $env:PREFLIGHT } else { 'preflight.exe' }
$profiles = if ($env:PREFLIGHT_PROFILES) { $env:PREFLIGHT_PROFILES -split ' ' } else { @('auvik-collector') }
& $program run @profiles --format line --max-chars 1000
exit $LASTEXITCODE
