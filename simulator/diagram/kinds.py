"""The other diagrams of PlantUML: how to tell one that was given by mistake.

Lives here: what they are called, and the lines that only they have (the pages of PlantUML on each of them). Must not
live here: lines of other languages (`foreign`).

Law: no line here is a statement of a sequence diagram.
"""

import re

STARTS = {
    "board": "a board",
    "bpm": "a BPM diagram",
    "chart": "a chart",
    "chen": "an entity relationship diagram",
    "chronology": "a chronology",
    "creole": "text with marks",
    "ditaa": "a Ditaa picture",
    "dot": "a Graphviz graph",
    "ebnf": "a grammar in EBNF",
    "files": "a tree of files",
    "flow": "a flow diagram",
    "gantt": "a Gantt chart",
    "git": "a Git graph",
    "hcl": "a picture of HCL data",
    "jcckit": "a JCCKit chart",
    "json": "a picture of JSON data",
    "latex": "a formula",
    "math": "a formula",
    "mindmap": "a mind map",
    "nwdiag": "a network diagram",
    "packetdiag": "a packet diagram",
    "project": "a Gantt chart",
    "regex": "a picture of a regular expression",
    "salt": "a sketch of a user interface",
    "sdl": "an SDL diagram",
    "tree": "a tree",
    "wbs": "a work breakdown structure",
    "wire": "a wire diagram",
    "yaml": "a picture of YAML data",
}
"""What `@start...` begins, by the word behind `@start`."""


# Words that declare something when a name follows.
_DECLARE = {
    "a class diagram": (
        *(
            "abstract class",
            "static class",
            "class",
            "abstract",
            "interface",
            "enum",
            "annotation",
            "protocol",
            "struct",
        ),
        *("exception", "metaclass", "stereotype", "dataclass", "record", "namespace", "circle", "diamond"),
    ),
    "an object diagram": ("object", "map"),
    "a class or component diagram": ("package", "rectangle"),
    "a component diagram": ("component", "port", "portin", "portout"),
    "a deployment diagram": (
        *("node", "cloud", "folder", "frame", "artifact", "storage", "card", "stack", "hexagon", "agent", "file"),
        *("process", "person", "label", "action"),
    ),
    "a use case diagram": ("usecase", "usecase/", "actor/"),
    "a state diagram": ("state", "final state", "initial state"),
    "an activity diagram": ("partition", "swimlane"),
    "a timing diagram": ("robust", "concise", "binary", "analog"),
}

# What they declare, and what may follow.
_DECLARED = r'(?:["“][^"“”]*["”]|[\w$.@<>,?]+|\([^)]*\)|\[[^\]]*\]|:[^:]*:)_*(?:$|[{<#\[(]|(?:as|extends|implements)\b)'

# What else tells; `_` is a blank.
_TELL = (
    ("a class diagram", r"entity_+\S.*\{"),
    ("a class diagram", r"[+#~-]\w[\w ]*[:(]"),
    ("a class diagram", r"[\w.]+_*:_*[+#~-]?\w+\(.*\)"),
    ("a class diagram", r'[\w.]+_+"[^"\n]*"_*[<*o]?(?:--|\.\.)'),
    (
        "a class diagram",
        r'[\w.“”"][^:\n]*(?:<\|(?:--|\.\.|-)|(?:--|\.\.|-)\|>|[ "][*o](?:--|\.\.)|(?:--|\.\.)[*o](?!\w)|<\.\.|\.\.>)',
    ),
    (STARTS["gantt"], r"\[[^\]\n]+\]_+(?:lasts|requires|starts|ends|happens|is)\b"),
    (STARTS["gantt"], r"Project_+(?:starts|lasts)"),
    ("a component diagram", r'\(\)_*[\w"“]'),
    ("a component diagram", r"\[\w[^\]\n]*\](?!_*:?_*$)"),
    ("a component diagram", r"(?:Person|System|Container|Component|Rel|Deployment_Node|Boundary|Enterprise)\w*\("),
    ("a use case diagram", r'\([\w"“ ][^)\n]*\)'),
    ("a use case diagram", r":[\w ]+:(?:_|/|$)"),
    ("a use case diagram", r"actor_+[:(]"),
    ("a use case diagram", r'[\w"“][^:\n]*[->.]_*\((?!\d+\)|\*)[^()\n]+\)'),
    ("a state diagram", r".*\[(?:\*|H\*?)\]"),
    (
        "an activity diagram",
        r"(?:start|stop|fork|fork again|end fork|split|split again|end split|detach|kill|repeat)$",
    ),
    ("an activity diagram", r"(?:if|elseif|while|switch|case|else)_*\("),
    ("an activity diagram", r"(?:endwhile|repeat while)\b|repeat_*:|backward:"),
    ("an activity diagram", r":.*[;|<>/\]}]$|->[^\n]*;$"),
    ("an activity diagram", r"\(\*(?:top)?\)|.*->_*\(\*"),
    ("an activity diagram", r"\|[^|\n]+\||===\w+===$"),
    ("a timing diagram", r'clock_+[\w"“].*with_|@[\d+:]|highlight_+\d'),
    (STARTS["salt"], r"salt$|\{[+#*!/^-]?$"),
    (STARTS["json"], r'\{_*"'),
    (STARTS["nwdiag"], r"nwdiag\b"),
    (STARTS["dot"], r"(?:di)?graph\b.*\{"),
    (STARTS["ditaa"], r"ditaa\b"),
    ("an ArchiMate diagram", r"archimate_+#"),
)


def _pattern(looks: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"_(?=[*+|)]|$)", r"[ \\t\\u00a0]", looks), re.IGNORECASE)


_PATTERNS = (
    *((_pattern(f"(?:{'|'.join(words)})_+{_DECLARED}"), kind) for kind, words in _DECLARE.items()),
    *((_pattern(looks), kind) for kind, looks in _TELL),
)


def kind_of(statement: str) -> str | None:
    """Which other diagram a line belongs to, given without blanks at its ends; None where no one can tell."""
    return next((kind for pattern, kind in _PATTERNS if pattern.match(statement)), None)
