# Datto RMM: one line in a user-defined field (255 characters), by the agent's registry key. PREFLIGHT_UDF: its number, 1 to 30.
# Environment: PREFLIGHT (the program), PREFLIGHT_PROFILES, and PREFLIGHT_... of any option.
$ErrorActionPreference = 'Stop'
$program = if ($env:PREFLIGHT) { $env:PREFLIGHT } else { 'preflight.exe' }
$profiles = if ($env:PREFLIGHT_PROFILES) { $env:PREFLIGHT_PROFILES -split ' ' } else { @('auvik-collector') }
$number = if ($env:PREFLIGHT_UDF) { $env:PREFLIGHT_UDF } else { '30' }
$line = & $program run @profiles --format line --max-chars 255 | Out-String
$status = $LASTEXITCODE
New-ItemProperty -Path 'HKLM:\SOFTWARE\CentraStage' -Name "Custom$number" -Value $line.Trim() -PropertyType String -Force | Out-Null
exit $status
