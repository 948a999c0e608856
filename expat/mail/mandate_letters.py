"""What mails say of somebody who acts for a member: to the member, and to who acts. No word about care."""

from __future__ import annotations

from expat.mail.body import body
from expat.wording.catalogue import N_
from expat.wording.voice import voice

NOT_YOU = N_("If it was not you: sign in at once, revoke it, change your password, and tell us.")
TOLD = {
    "appointed": (
        N_("Somebody was appointed to act for you"),
        (N_("On your page “People who act for me” somebody was appointed: {who}."),
         N_("Where a signed paper is needed, nothing opens before we have checked it."), NOT_YOU),
    ),
    "confirmed": (
        N_("An appointment was confirmed"),
        (N_("{who} can act for you from the day that was said. You can revoke it at any time."), NOT_YOU),
    ),
    "refused": (
        N_("An appointment was not accepted"),
        (N_("We could not accept the appointment of {who}. The page below says why, and what you can do."),),
    ),
    "revoked": (
        N_("Somebody no longer acts for you"),
        (N_("{who} no longer acts for you. Payments that are settled already still go where their statement says."),),
    ),
    "admitted": (
        N_("You can act for a member"),
        (N_("A membership was opened to you. After signing in you find it under “I act for”."),
         N_("The page shows what you may do. Whatever you do is kept with your name.")),
    ),
    "ended": (
        N_("You no longer act for a member"),
        (N_("A membership for which you acted is no longer open to you."),),
    ),
}  # fmt: skip


def mandate_told(
    language: str, name: str, what: str, who: str, link: str, operator: str | None = None
) -> tuple[str, str]:
    """Subject and text of what became of a mandate, by the word of TOLD; `who` is the name of who acts."""
    speaks, (subject, paragraphs) = voice(language), TOLD[what]
    told = (speaks.say(one, who=who) for one in paragraphs)
    return speaks.say(subject), body(speaks, name, operator, *told, link)
