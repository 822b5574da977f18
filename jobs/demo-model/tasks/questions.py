"""Short questions: capitals, animals, "who has what", the calendar."""

from tasks.words import ANIMALS, CAPITALS, COLORS, DAYS, ITEMS, MONTHS, NAMES


def capital(rng):
    country = rng.choice(list(CAPITALS))
    city = CAPITALS[country]
    return rng.choice(
        [
            [f"What is the capital of {country}?", f"The capital of {country} is {city}."],
            [f"Which country has {city} as its capital?", f"{city} is the capital of {country}."],
        ]
    )


def animal(rng):
    name = rng.choice(list(ANIMALS))
    sound, legs, home, food = ANIMALS[name]
    one = f"an {name}" if name[0] in "aeiou" else f"a {name}"
    subject = one[0].upper() + one[1:]
    return rng.choice(
        [
            [f"What sound does {one} make?", f"{subject} can {sound}."],
            [f"How many legs does {one} have?", f"{subject} has {legs} legs."],
            [f"Where does {one} live?", f"{subject} lives in {home}."],
            [f"What does {one} eat?", f"{subject} eats {food}."],
        ]
    )


def possession(rng):
    people = rng.sample(NAMES, 3)
    colors = rng.sample(COLORS, 3)
    things = rng.sample([one for one, _ in ITEMS], 3)
    asked = rng.randrange(3)
    facts = zip(people, colors, things)
    text = " ".join(f"{person} has a {color} {thing}." for person, color, thing in facts)
    person, color, thing = people[asked], colors[asked], things[asked]
    return rng.choice(
        [
            [
                f"{text} What color is the {thing} of {person}?",
                f"The {thing} of {person} is {color}.",
            ],
            [f"{text} Who has the {thing}?", f"{person} has the {thing}."],
            [f"{text} What does {person} have?", f"{person} has a {color} {thing}."],
        ]
    )


def calendar(rng):
    month, day = rng.randrange(12), rng.randrange(7)
    next_month = MONTHS[(month + 1) % 12]
    return rng.choice(
        [
            [
                f"Which month comes after {MONTHS[month]}?",
                f"{next_month} comes after {MONTHS[month]}.",
            ],
            [f"Which day comes before {DAYS[day]}?", f"{DAYS[day - 1]} comes before {DAYS[day]}."],
        ]
    )


KINDS = [capital, animal, possession, calendar]


def question(rng):
    """One question of a random kind."""
    return KINDS[rng.randrange(len(KINDS))](rng)
