"""What a test chooses at random can be chosen again."""
import os
import random

import pytest


@pytest.fixture
def seed():
    """SHADOW_SEED, or a new one; always printed, to run the same choices again."""
    chosen = int(os.environ.get("SHADOW_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"SHADOW_SEED={chosen}", flush=True)
    return chosen
