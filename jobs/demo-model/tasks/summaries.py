"""News items of a few sentences, and the one sentence that sums them up."""

from dataclasses import dataclass

from tasks.words import CITIES, COLORS, DAYS, FEELINGS, ITEMS, MONTHS, NAMES, PLACES, WEATHERS


@dataclass(frozen=True)
class News:
    """Who, where, when and how many."""

    city: str
    person: str
    rival: str
    day: str
    month: str
    large: int  # 20 to 900
    small: int  # 2 to 30
    things: str


def fair(n):
    return (
        f"The {n.month} fair in {n.city} opened on {n.day} with {n.large} guests.",
        f"{n.person} won the first prize for {n.small} {n.things}.",
        f"{n.large} guests came to the {n.month} fair in {n.city}, and {n.person} won the first prize.",
    )


def storm(n):
    return (
        f"A storm hit {n.city} on {n.day} and damaged {n.large} houses.",
        f"{n.person} led {n.small} helpers who repaired the bridge.",
        f"A storm damaged {n.large} houses in {n.city}, "
        f"and {n.small} helpers led by {n.person} repaired the bridge.",
    )


def match(n):
    return (
        f"The team of {n.city} beat the team of {n.rival}ville by {n.small} points on {n.day}.",
        f"{n.person} scored most of the points in front of {n.large} fans.",
        f"{n.city} won by {n.small} points on {n.day}, and {n.person} scored most of them.",
    )


KINDS = [fair, storm, match]  # each: headline, key sentence, summary


def filler_sentences(rng, weather):
    """Two to four sentences that a summary leaves out."""
    sentences = [
        f"The weather was {weather} for most of the day.",
        f"Visitors came from {rng.choice(CITIES)} and {rng.choice(CITIES)}.",
        f"A band played music near {rng.choice(PLACES)}.",
        f"Many people said they felt {rng.choice(FEELINGS)}.",
        f"Some shops closed early on {rng.choice(DAYS)}.",
        f"Children brought {rng.choice(COLORS)} flags.",
        "The mayor gave a short speech.",
    ]
    return rng.sample(sentences, rng.randint(2, 4))


def random_news(rng):
    city = rng.choice(CITIES)
    person, rival = rng.sample(NAMES, 2)
    day, month = rng.choice(DAYS), rng.choice(MONTHS)
    large, small = rng.randint(20, 900), rng.randint(2, 30)
    return News(city, person, rival, day, month, large, small, rng.choice(ITEMS)[1])


def summary(rng):
    """A news item with the request to sum it up, and its summary."""
    news = random_news(rng)
    weather = rng.choice(WEATHERS)
    headline, key, answer = KINDS[rng.randrange(len(KINDS))](news)
    body = filler_sentences(rng, weather)
    body.insert(rng.randint(0, len(body)), key)
    request = rng.choice(["Summarize: ", "Summarize this in one sentence: ", "Give a short summary. "])
    return [request + " ".join([headline, *body]), answer]
