"""In which order the officials of a flow stand on a drawing, read from who checks whom.

A definition says nothing about ranks; but a reviewer stands above those whose work can
be sent back. That is enough for lanes in which work moves up step by step.
"""

from __future__ import annotations

from collections.abc import Mapping

from portal.workflow.diagram_flow import Flow


def rank_titles(flow: Flow) -> dict[str, int]:
    """A rank for every single title: who checks or signs stands above who is checked.

    Read from the returns: a reviewer outranks everybody between the step that the work
    goes back to and the review. Contradictions are ignored: the earlier fact wins.
    """
    position = {each: number for number, node in enumerate(flow.nodes) for each in node.ids}
    above: dict[str, set[str]] = {title: set() for title in _titles(flow)}
    for number, node in enumerate(flow.nodes):
        targets = [position[each] for each in node.returns if each in position]
        nearest = [target for target in targets if target < number]
        if not nearest:
            continue
        below = flow.nodes[max(nearest) : number]
        for other in below if not node.per_unit else [each for each in below if each.per_unit]:
            for _i, high in node.roles:
                for _j, low in other.roles:
                    if high != low and not _reaches(above, high, low):
                        above[low].add(high)
    ranks: dict[str, int] = {}
    for title in above:
        _rank(title, above, ranks)
    return ranks


def ordered_titles(flow: Flow) -> list[str]:
    """All single titles by rank from the lowest; those that only units have come last.

    Within a rank the order is that of the first appearance.
    """
    ranks = rank_titles(flow)
    central = {title for node in flow.nodes if not node.per_unit for _i, title in node.roles}
    first = {title: number for number, title in enumerate(_titles(flow))}
    return sorted(ranks, key=lambda title: (title not in central, ranks[title], first[title]))


def _titles(flow: Flow) -> list[str]:
    """Every single title once, in order of appearance."""
    return list(dict.fromkeys(title for node in flow.nodes for _i, title in node.roles))


def _reaches(above: Mapping[str, set[str]], start: str, goal: str) -> bool:
    """True when ``goal`` already stands above ``start``."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for title in above[waiting.pop()] - seen:
            if title == goal:
                return True
            seen.add(title)
            waiting.append(title)
    return False


def _rank(title: str, above: Mapping[str, set[str]], ranks: dict[str, int]) -> int:
    """The length of the longest chain of officials below this one."""
    if title not in ranks:
        below = [low for low, highs in above.items() if title in highs]
        ranks[title] = max((_rank(low, above, ranks) + 1 for low in below), default=0)
    return ranks[title]
