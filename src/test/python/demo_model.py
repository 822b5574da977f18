"""Makes the modules of jobs/demo-model importable: the chat format, the head and the small files are the training's own.

Import it before `chat`, `eagle_head` or `files`.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[3] / "jobs" / "demo-model"))
