"""Makes the folder secrets/ that docker-compose.yml reads: a file for each secret. What is there already stays.

    python3 tools/make_secrets.py

What carriers give, or share with us, stays an empty file (its channel is off) until you write it there yourself.
The folder is closed to other users of this machine; the files in it are readable, because the containers' users
are not yours.
"""

import secrets
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "secrets"
GIVEN = (
    "muntada_telegram_token",
    "muntada_twilio_auth_token",
    "muntada_smsgate_password",
    "muntada_smsgate_secret",
    "muntada_kannel_password",
    "muntada_kannel_secret",
    "muntada_generic_secret",
)


def contents(folder: Path) -> dict[str, str]:
    """Every file and what is to stand in it; passwords already made are used again."""
    owner = _made(folder / "database_owner_password")
    app = _made(folder / "database_app_password")
    return {
        "database_owner_password": owner,
        "database_app_password": app,
        "muntada_migrate_url": f"postgresql://muntada_owner:{owner}@db:5432/muntada",
        "muntada_database_url": f"postgresql://muntada_app:{app}@db:5432/muntada",
        "muntada_telegram_secret": _made(folder / "muntada_telegram_secret"),
        **dict.fromkeys(GIVEN, ""),
    }


def _made(path: Path) -> str:
    return path.read_text(encoding="ascii").strip() if path.exists() else secrets.token_urlsafe(32)


def make(folder: Path) -> list[str]:
    """Writes the files that are missing; returns their names."""
    folder.mkdir(mode=0o700, exist_ok=True)
    missing = {name: text for name, text in contents(folder).items() if not (folder / name).exists()}
    for name, text in missing.items():
        (folder / name).write_text(text, encoding="ascii")
        (folder / name).chmod(0o444 if text else 0o644)
    return sorted(missing)


def main() -> int:
    """Makes them and tells what is left to do."""
    for name in make(FOLDER):
        print(f"made secrets/{name}")
    for name in GIVEN:
        if not (FOLDER / name).read_text(encoding="utf-8").strip():
            print(f"secrets/{name} is empty: a channel that needs it is off")
    return 0


if __name__ == "__main__":
    sys.exit(main())
