"""Plain HTML: a page, and what it consists of. Every text that goes in is escaped here."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from mock_okta.engine.base.error_page import HTML, PAGE_SECURITY
from mock_okta.engine.model import Reply

_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:2rem auto;padding:0 1rem}"
    "form{margin:1rem 0}button,input,select{font:inherit;padding:.4rem .8rem;margin:.2rem 0}"
    "button{display:block;width:100%;text-align:left}label{display:block}code{font-size:1.5rem}"
)

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{style}</style></head>
<body><main id="okta-sign-in"{data}>
<h1>{title}</h1>
{content}
</main></body>
</html>
"""


def page(title: str, *content: str, state_token: str = "", status: int = 200) -> Reply:
    """A page with this title as its heading.

    content: HTML, as the functions here make it
    state_token: with which a widget shows the same page (`data-state-token` of the main element)
    """
    data = f' data-state-token="{escape(state_token)}"' if state_token else ""
    text = _PAGE.format(title=escape(title), style=_STYLE, data=data, content="\n".join(content))
    return Reply(status=status, body=text.encode("utf-8", "replace"), headers=(HTML, *PAGE_SECURITY))


def paragraph(text: str) -> str:
    """A paragraph."""
    return f"<p>{escape(text)}</p>"


def code(label: str, text: str) -> str:
    """A code to copy, after what it is for."""
    return f"<p>{escape(label)} <code>{escape(text)}</code></p>"


def form(action: str, hidden: dict[str, str], *controls: str, legend: str = "") -> str:
    """A form that is posted.

    hidden: what it sends along
    """
    kept = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(text)}">' for name, text in hidden.items()
    )
    group = (
        f"<fieldset><legend>{escape(legend)}</legend>{''.join(controls)}</fieldset>" if legend else "".join(controls)
    )
    return f'<form method="post" action="{escape(action)}">{kept}{group}</form>'


def button(name: str, value: str, label: str) -> str:
    """A button that submits its form with this value."""
    return f'<button type="submit" name="{escape(name)}" value="{escape(value)}">{escape(label)}</button>'


def text_input(name: str, label: str, kind: str = "text", *, value: str = "") -> str:
    """A field to type into."""
    typed = f' value="{escape(value)}"' if value else ""
    return f'<label>{escape(label)} <input type="{kind}" name="{escape(name)}"{typed}></label>'


def choice(name: str, label: str, values: Iterable[str]) -> str:
    """A field to pick one value from."""
    options = "".join(f'<option value="{escape(value)}">{escape(value)}</option>' for value in values)
    return f'<label>{escape(label)} <select name="{escape(name)}">{options}</select></label>'
