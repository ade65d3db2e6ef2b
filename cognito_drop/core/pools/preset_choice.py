"""Which preset a file may choose by its folder: without a choice of the deployment, none but the pool's own."""

from __future__ import annotations

from cognito_drop.core.text.problem import Problem, ProblemCode


def preset_not_allowed(preset: str) -> Problem:
    """Why a file is refused that chooses a preset which its pool does not take."""
    return Problem(
        ProblemCode.PRESET_NOT_ALLOWED,
        f"The folder chooses the preset {preset}, which the pool's setting presets does not allow.",
        f"Add {preset} to the pool's setting `presets` and deploy the stack. A file with the pool's own columns goes "
        "into the pool's own folder.",
    )
