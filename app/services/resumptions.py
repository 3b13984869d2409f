"""Going on after a login: with the page of an earlier session, in the post it was opened in."""

from datetime import datetime

from sqlmodel import Session

from app.domain.posts import chosen
from app.services import accounts, form_tokens, own_sessions, posts


def take_up(
    session: Session, now: datetime, key: bytes, page_token: str, token: str, address: str = ""
) -> str:
    """The token to go on with: where a post has yet to be chosen, in the post of the page.

    Only the person of the page gets it, and only while the post is in force.
    """
    holder = accounts.holder_of_token(session, now, token)
    page = form_tokens.page_of(session, key, page_token)
    if holder is None or page is None or page.user_id != holder.user.id:
        return token
    post = chosen(holder.posts, page.grant_id, page.delegation_id)
    if holder.held.pending or holder.actor is not None or post is None:
        return token
    taken = posts.choose(session, now, holder.user, post.key, address)
    return own_sessions.renew(session, now, holder.held, holder.user, taken)
