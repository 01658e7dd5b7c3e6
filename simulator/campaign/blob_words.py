"""What people read about steps and behaviours of the blob manager.

Lives here: titles of behaviours, steps in words. Must not live here: which behaviours there are (`blob_facts`).
"""

from collections.abc import Mapping

from simulator.campaign.step import Step

# The beginnings of operation and facts that have a title of their own; the other facts follow it.
TITLES: Mapping[tuple[str, ...], str] = {
    ("write", "new", "stream"): "Write",
    ("write", "stored", "stream"): "Write same again",
    ("write", "new", "file"): "Write file",
    ("write", "stored", "file"): "Write same file again",
    ("write", "new", "through cache"): "Write, through cache",
    ("write", "stored", "through cache"): "Write stored, through cache",
    ("write", "stored", "through cache", "cache hit"): "Write same again, through cache",
    ("write", "new", "through cache", "cache hit"): "Write stale, through cache",
    ("write",): "Write",
    ("read", "present"): "Read",
    ("read", "absent"): "Read missing",
    ("read",): "Read",
    ("copy", "source present", "target absent"): "Copy",
    ("copy", "target present"): "Copy existing",
    ("copy", "source absent", "target absent"): "Copy missing",
    ("copy", "within one store"): "Copy within",
    ("copy", "by content", "source present", "target absent"): "Copy by content",
    ("copy", "by content", "source present", "target present"): "Copy existing by content",
    ("copy", "by content", "source absent"): "Copy missing by content",
    ("copy", "by content", "source cached", "target absent"): "Copy by content, cached",
    ("copy", "by content", "source cached", "target present"): "Copy existing by content, cached",
    ("copy", "by content", "source cached"): "Copy by content, cached",
    ("copy", "by content", "source present"): "Copy by content",
    ("copy", "source present"): "Copy",
    ("copy", "source absent"): "Copy missing",
    ("copy", "source cached", "target absent"): "Copy stale",
    ("copy", "source cached"): "Copy stale",
    ("copy", "digest later", "source present", "target absent"): "Copy, digest later",
    ("copy", "digest later", "source absent", "target absent"): "Copy missing, digest later",
    ("copy", "digest later", "source absent"): "Copy missing, digest later",
    ("copy", "digest later", "source cached", "target absent"): "Copy stale, digest later",
    ("copy",): "Copy",
    ("delete", "present"): "Delete",
    ("delete", "absent"): "Delete missing",
    ("delete",): "Delete",
    ("exists", "present"): "Exists",
    ("exists", "absent"): "Exists missing",
    ("exists",): "Exists",
    ("clear-cache",): "Clear cache",
    ("run-jobs", "target absent"): "Job",
    ("run-jobs", "target present"): "Job, digest present",
    ("run-jobs", "source absent"): "Job, blob deleted",
    ("run-jobs",): "Run jobs",
    ("collect-garbage", "collected"): "Collect garbage",
    ("collect-garbage", "found"): "Find garbage",
    ("collect-garbage", "nothing found"): "Collect garbage, nothing found",
    ("purge", "due"): "Purge",
    ("purge",): "Purge",
}


_UPDATES = ("retain-until", "legal-hold", "storage-class", "restore-days")


def title(operation: str, facts: tuple[str, ...]) -> str:
    """The usual title, followed by the facts that are not usual."""
    kind = (operation, *facts)
    for length in range(len(kind), 0, -1):
        if kind[:length] in TITLES:
            return ", ".join((TITLES[kind[:length]], *kind[length:]))
    return ", ".join(kind).capitalize()


def described(step: Step) -> str:
    """`write "foo" to main`, `copy acbd18db... from main to other`."""
    key = _short(step.text("key"))
    name = f" as {step.text('as')}" if step.text("as") else ""
    document = f" for {step.text('document')}" if step.text("document") else ""
    match step.do:
        case "write":
            under = f" under {key}" if key else ""
            return f"write {_content_words(step)} to {step.text('store')}{under}{document}{name}"
        case "copy":
            return f"copy {key} from {step.text('from')} to {step.text('to')}{document}{name}"
        case "mark":
            return f"mark {step.section}"
        case "clear-cache":
            return f"clear the cache of {step.text('store')}"
        case "update" | "collect-garbage" | "run-jobs" | "purge":
            return f"{_upkeep_words(step, key)}{name}"
        case "begin" | "commit" | "rollback":
            return step.do
        case "inject":
            return _fault_words(step)
    return f"{step.do} {key} {'from' if step.do in {'read', 'delete'} else 'in'} {step.text('store')}"


def _fault_words(step: Step) -> str:
    nth = f" {step.arguments['nth']}" if "nth" in step.arguments else ""
    after = ", but not before it took effect" if "after" in step.arguments else ""
    times = f", {step.arguments['times']} times" if "times" in step.arguments else ""
    return f"let {step.text('on')}{nth} fail with {step.text('fault')}{after}{times}"


def _said(step: Step, name: str) -> str:
    value = step.arguments[name]
    return str(value) if not isinstance(value, bool) else "on" if value else "off"


def _upkeep_words(step: Step, key: str) -> str:
    if step.do == "update":
        what = ", ".join(f"{name} {_said(step, name)}" for name in _UPDATES if name in step.arguments)
        return f"update {key} in {step.text('store')}: {what}"
    if step.do == "run-jobs":
        return "run the jobs"
    if step.do == "purge":
        return f"purge after {step.text('advance') or 'no time'}"
    but = f" but {', '.join(map(_short, step.texts('mark')))}" if step.texts("mark") else ""
    return f"{'collect' if step.arguments.get('delete', True) else 'find'} garbage in {step.text('store')}{but}"


def _short(key: str) -> str:
    return f"{key[:8]}..." if len(key) > len("0123456789ab") and "-" not in key else key


def _content_words(step: Step) -> str:
    if "size" in step.arguments:
        return f"{step.arguments['size']} bytes"
    if "file" in step.arguments:
        return f"the file {step.text('file')}"
    return f"the bytes {step.text('hex')}" if "hex" in step.arguments else f'"{step.text("content")}"'
