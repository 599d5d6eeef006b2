"""The verbs `muntada staff …`."""

import sys
from typing import Annotated

import typer

from api import verbs

staff = typer.Typer(
    no_args_is_help=True, help="Members of staff: who they are, what they may see, how they are alerted."
)


@staff.command("add")
def staff_add(
    name: str,
    role: Annotated[str, typer.Option(help="coordinator, focal_point, duty_officer, mediator, police_liaison, …")],
    office: Annotated[str, typer.Option(help="The office's code.")],
    desk: Annotated[
        list[str] | None, typer.Option(help="A desk; repeat it for several. Without it: the role's own.")
    ] = None,
) -> None:
    """Makes a member of staff with grants; asks for a password when a terminal is there, else prints one."""
    from api import people

    verbs.say(lambda settings: people.add(settings, name, role=role, office=office, desks=tuple(desk or ())))


@staff.command("token")
def staff_token(name: str) -> None:
    """Prints one API token, valid for 90 days."""
    from api import people

    verbs.say(lambda settings: people.token(settings, name))


@staff.command("reset-factor")
def staff_reset_factor(name: str) -> None:
    """Takes somebody's second factor away, as an administrator does in the console: for the last of them."""
    from api import people

    verbs.say(lambda settings: people.reset_factor(settings, name))


@staff.command("enrolling-code")
def staff_enrolling_code(name: str) -> None:
    """After a restore: prints the code with which this person sets a second factor up, for the last administrator."""
    from api import people

    verbs.say(lambda settings: people.enrolling_code(settings, name))


@staff.command("phone")
def staff_phone(
    name: str,
    channel: Annotated[str, typer.Argument(help="telegram, sms or webhook")],
    carrier: Annotated[str, typer.Option(help="telegram, twilio, webhook, …; by default the channel's own.")] = "",
) -> None:
    """Where this person is alerted. The address is read from standard input, so that no shell history keeps it."""
    from api import people

    address = typer.prompt("address") if sys.stdin.isatty() else sys.stdin.readline().strip()
    verbs.say(lambda settings: people.phone(settings, name, channel=channel, carrier=carrier, address=address))


@staff.command("duty")
def staff_duty(
    name: str,
    office: Annotated[str, typer.Option()],
    desk: Annotated[str, typer.Option()],
    rank: Annotated[int, typer.Option(help="0 is called first.")] = 0,
    since: Annotated[str, typer.Option(help="HH:MM, Baghdad time")] = "00:00",
    to: Annotated[str, typer.Option(help="HH:MM; earlier than --since runs past midnight")] = "24:00",
) -> None:
    """Puts a person on a desk's duty rota."""
    from api import people

    verbs.say(lambda settings: people.duty(settings, name, office=office, desk=desk, rank=rank, hours=(since, to)))
