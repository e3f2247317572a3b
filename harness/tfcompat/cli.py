"""The command ``tfcompat``: its commands, and the only place that exits."""

import codecs
import signal
import sys
from contextlib import suppress
from io import TextIOWrapper
from typing import Any, NoReturn

import click

from tfcompat import __version__, project
from tfcompat.commands.group import LazyGroup, Target
from tfcompat.commands.terminal import reader_may_leave
from tfcompat.errors import DISK_FULL, ExitCode, InterruptedRunError, TfcompatError, system_message
from tfcompat.outcomes import NoAnswerError
from tfcompat.screen import replacement

#: The name of the error handler of streams without UTF-8.
REPLACED = "tfcompat.screen"
MEASURE, ASK, ADVISE, OWN, PUBLISH = (
    f"tfcompat.commands.{stage}" for stage in ("measure", "ask", "advise", "own", "publish")
)

images = LazyGroup(
    "images",
    help="Make, lock, list and remove environments.",
    targets={
        "build": Target(path=f"{MEASURE}.images.build:build", help="Make the environments of the selected cells."),
        "lock": Target(
            path=f"{MEASURE}.images.lock:lock_cells", help="Make the committed locks of the selected cells."
        ),
        "list": Target(path=f"{MEASURE}.images.list:list_images", help="List the environments that are kept."),
        "prune": Target(path=f"{MEASURE}.images.prune:prune", help="Remove the environments that are kept."),
        "push": Target(path=f"{MEASURE}.images.push:push", help="Push images to a registry, for other machines."),
        "pull": Target(path=f"{MEASURE}.images.pull:pull", help="Pull images from a registry, by digest."),
        "sbom": Target(
            path=f"{MEASURE}.images.sbom:bill_of_materials", help="Print what is in a cell's environment, as CycloneDX."
        ),
    },
)
grid = LazyGroup(
    "grid",
    help="Save a model on each release, and load it on each other.",
    targets={
        "run": Target(path=f"{MEASURE}.grid.run:run_grid", help="Let cells write, then let each read what all wrote."),
        "report": Target(path=f"{MEASURE}.grid.report:report_grid", help="Derive the writer × reader tables."),
    },
)
nightly = LazyGroup(
    "nightly",
    help="Run a step of the nightly job: refresh, shard, publish.",
    targets={
        "refresh": Target(
            path=f"{PUBLISH}.nightly.refresh:refresh", help="Update releases and locks from the package index."
        ),
        "shard": Target(path=f"{PUBLISH}.nightly.shard:run_shard", help="Run shard I/N into a folder of its own."),
        "publish": Target(
            path=f"{PUBLISH}.nightly.publish:publish", help="Merge the shards, derive everything, and ask the gate."
        ),
    },
)
COMMANDS = {
    "run": Target(path=f"{MEASURE}.run:run", help="Run the suite in the selected cells, and print the table."),
    "try": Target(path=f"{OWN}.try_script:try_command", help="Run your own script, and show where it does the same."),
    "doctor": Target(path=f"{MEASURE}.doctor:doctor", help="Say what this machine has and lacks."),
    "shell": Target(path=f"{MEASURE}.shell:shell", help="Open a Python shell in a cell's environment."),
    "images": images,
    "grid": grid,
    "list": Target(path=f"{ASK}.list:list_members", help="List cells, scenarios, or what cannot be asked."),
    "check": Target(path=f"{PUBLISH}.check:check", help="Say what the scenarios lack, or what the results mean."),
    "ask": Target(path=f"{ASK}.ask:ask", help="Answer a pasted error, traceback, import or question."),
    "where": Target(path=f"{ASK}.where:where", help="Say on which releases a scenario does what."),
    "imports": Target(path=f"{ASK}.imports:imports", help="Say where each import path of a name works."),
    "explain": Target(path=f"{ASK}.explain:explain", help="Say all that is known of one outcome."),
    "loads": Target(path=f"{ASK}.loads:loads", help="Say what a release makes of the models that another saved."),
    "scan": Target(path=f"{ADVISE}.scan:scan", help="Say which releases suit the code of files and notebooks."),
    "history": Target(path=f"{ASK}.history:history", help="Say what each trial of a cell found."),
    "diff": Target(path=f"{ASK}.diff:diff", help="Say what changed between two reports, revisions or cells."),
    "claims": Target(path=f"{ASK}.claims:claims", help="Judge the claims of the documents by the trials."),
    "inventory": Target(
        path=f"{ASK}.inventory:inventory", help="Say which public names came, went or changed between releases."
    ),
    "requires": Target(
        path=f"{ADVISE}.requires:requires_command", help="Say which TensorFlow and Keras suit some scenarios."
    ),
    "upgrade": Target(
        path=f"{ADVISE}.upgrade:upgrade_command",
        help="Say what stops working or silently changes between two releases.",
    ),
    "bisect": Target(
        path=f"{ADVISE}.bisect:bisect_command", help="Say between which patch releases a scenario changed."
    ),
    "mcp": Target(path="tfcompat.commands.mcp:mcp_command", help="Answer assistants (Model Context Protocol)."),
    "update": Target(
        path="tfcompat.commands.update:update_command", help="Fetch newer evidence from the published page."
    ),
    "report": Target(path=f"{PUBLISH}.report:report", help="Derive the table, the ranges and the pages."),
    "answers": Target(path=f"{PUBLISH}.answers:answers", help="Answer the questions that people ask."),
    "findings": Target(path=f"{PUBLISH}.findings:findings", help="Write the page of silent wrong results."),
    "merge": Target(path=f"{PUBLISH}.merge:merge", help="Merge what the shards of a run left."),
    "gate": Target(path=f"{PUBLISH}.gate:gate", help="Refuse to publish results that lost something."),
    "audit": Target(path=f"{PUBLISH}.audit:audit", help="Hold all that is published against the trials."),
    "nightly": nightly,
}


class Commands(LazyGroup):
    """The commands. A reader such as `head` may close standard output early: that is not an error (click would exit with 1)."""

    def invoke(self, ctx: click.Context) -> Any:
        with reader_may_leave():
            return super().invoke(ctx)


@click.group(cls=Commands, targets=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tfcompat")
@click.option(
    "--project", "root", metavar="DIR", help="A clone of the project. Default: the one that the current folder is in."
)
@click.option("--cache", metavar="DIR", envvar="TFCOMPAT_CACHE", help="Where environments and locks are kept.")
@click.pass_context
def cli(context: click.Context, root: str | None, cache: str | None) -> None:
    """Which TensorFlow normalization APIs and behaviours work on which release, measured."""
    context.obj = project.find(root, cache)
    elsewhere = project.code_elsewhere(context.obj)
    if elsewhere and root is None:
        click.echo(
            f"this tfcompat is the code of {elsewhere}; files and results are those of {context.obj.root}", err=True
        )


def main() -> NoReturn:
    """Run the command; every error that says what to do is one sentence on standard error, with its exit code."""
    prepare()
    try:
        sys.exit(cli.main(standalone_mode=False) or 0)
    except TfcompatError as error:
        stop(str(error), error.exit_code)
    except NoAnswerError as error:  # of an engine that is asked what it has, before any cell
        stop(error.message, ExitCode.USAGE)
    except click.ClickException as error:
        error.show()
        sys.exit(int(ExitCode.USAGE))
    except OSError as error:
        if error.errno not in DISK_FULL and not error.filename:
            raise
        stop(system_message(error), ExitCode.USAGE)
    except ImportError as error:  # such as the newest pyarrow beside the NumPy of an old TensorFlow
        stop(
            f"{error}: install tfcompat in an environment of its own (uvx, pipx), or a release that suits",
            ExitCode.USAGE,
        )
    except (KeyboardInterrupt, click.Abort) as error:
        stop(interruption(error), ExitCode.INTERRUPTED)


def interruption(error: BaseException | None) -> str:
    """What an interruption says: what a first one said, where another came while that was told."""
    while error is not None and not isinstance(error, InterruptedRunError):
        error = error.__cause__ or error.__context__
    return str(error or "interrupted")


def prepare() -> None:
    """Let SIGTERM and SIGHUP end the command as Ctrl-C does, and a terminal without UTF-8 show marks of its own."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)
    codecs.register_error(REPLACED, replacement)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=REPLACED)


def stop(message: str, code: ExitCode) -> NoReturn:
    with suppress(BrokenPipeError):
        click.echo(f"tfcompat: {message}", err=True)
    sys.exit(int(code))
