"""Open-ended requests: stories, lists and sorting, plans, tips and notes."""

from tasks.words import (
    ADJECTIVES,
    ANIMALS,
    CITIES,
    COLORS,
    DAYS,
    FEELINGS,
    GROUPS,
    ITEMS,
    NAMES,
    OBJECTS,
    PLACES,
    WEATHERS,
)

ACTIVITIES = [
    "visit the museum",
    "walk along the river",
    "have lunch in the old town",
    "take a boat trip",
    "climb the tower",
    "rest in the park",
    "buy fresh bread",
    "listen to music in the square",
]
TIPS = [
    "start early",
    "make a list",
    "ask a friend for help",
    "take short breaks",
    "keep the room quiet",
    "write down each step",
    "drink enough water",
    "check the result twice",
]
SKILLS = [
    "learning a language",
    "cleaning the house",
    "writing a letter",
    "growing tomatoes",
    "baking bread",
    "fixing a bike",
]


def story_opening(rng, hero, place):
    return rng.choice(
        [
            f"One {rng.choice(WEATHERS)} {rng.choice(['morning', 'evening', 'afternoon'])}, "
            f"{hero} walked to {place}.",
            f"{hero} lived near {place} and loved to explore.",
            f"Long ago, {hero} came to {place} on a {rng.choice(WEATHERS)} day.",
            f"It was a {rng.choice(WEATHERS)} {rng.choice(DAYS)} when {hero} went to {place}.",
        ]
    )


def story_discovery(rng, hero, thing):
    return rng.choice(
        [
            f"There {hero} found {thing} under a {rng.choice(ADJECTIVES)} stone.",
            f"Near the path lay {thing}, and {hero} felt {rng.choice(FEELINGS)}.",
            f"{hero} saw {thing} and picked it up.",
        ]
    )


def story_meeting(rng, friend, animal):
    return rng.choice(
        [
            f"{friend} came by with a {rng.choice(ADJECTIVES)} {animal} and asked what it was.",
            f"A {rng.choice(COLORS)} {animal} watched from behind a tree.",
            f"Then {friend} arrived, looking {rng.choice(FEELINGS)}.",
        ]
    )


def story_event(rng, hero, friend, animal):
    return rng.choice(
        [
            f'"We should keep it safe," said {friend}.',
            f'"I wonder who lost this," said {hero}.',
            f"They carried it along {rng.choice(PLACES)} for {rng.randint(2, 9)} hours.",
            f"The {animal} began to {ANIMALS[animal][0]} and ran ahead.",
            f"They asked everyone at {rng.choice(PLACES)}, but nobody knew.",
            f"{hero} felt {rng.choice(FEELINGS)}, but {friend} felt {rng.choice(FEELINGS)}.",
            f"Suddenly the sky turned {rng.choice(COLORS)} "
            f"and they hid inside a {rng.choice(ADJECTIVES)} house.",
        ]
    )


def story_ending(rng, hero, friend, thing):
    return rng.choice(
        [
            f"In the end they gave {thing.replace('a ', 'the ', 1)} back, "
            f"and everyone was {rng.choice(FEELINGS)}.",
            f"From that day on, {hero} and {friend} were best friends.",
            f"At last they went home, {rng.choice(FEELINGS)} and {rng.choice(FEELINGS)}.",
            f"That night {hero} dreamed of {rng.choice(PLACES)}.",
        ]
    )


def story(rng):
    """A story of five to seven sentences."""
    hero, friend = rng.sample(NAMES, 2)
    place, thing = rng.choice(PLACES), rng.choice(OBJECTS)
    animal = rng.choice(list(ANIMALS))
    question = rng.choice(
        [
            f"Write a short story about {hero} and {thing}.",
            f"Tell me a story about {hero} in {place}.",
            f"Write a story with {hero}, {friend} and a {animal}.",
        ]
    )
    sentences = [
        story_opening(rng, hero, place),
        story_discovery(rng, hero, thing),
        story_meeting(rng, friend, animal),
    ]
    for _ in range(rng.randint(1, 3)):
        sentences.append(story_event(rng, hero, friend, animal))
    sentences.append(story_ending(rng, hero, friend, thing))
    return [question, " ".join(sentences)]


def name_some(rng, group, words):
    question = rng.choice(
        [
            f"List {len(words)} {group}.",
            f"Name {len(words)} {group}.",
            f"Give me {len(words)} examples of {group}.",
        ]
    )
    return [question, "\n".join(f"{i}. {word}" for i, word in enumerate(words, start=1))]


def sort_words(rng, group, words):
    return [f"Sort these words by alphabet: {', '.join(words)}.", ", ".join(sorted(words))]


def sort_numbers(rng, group, words):
    numbers = rng.sample(range(1, 99), len(words))
    ascending = rng.random() < 0.5
    order = "small to large" if ascending else "large to small"
    question = f"Sort these numbers from {order}: {', '.join(map(str, numbers))}."
    return [question, ", ".join(map(str, sorted(numbers, reverse=not ascending)))]


def count_words(rng, group, words):
    question = f"How many words are in this list: {', '.join(words)}?"
    return [question, f"There are {len(words)} words in the list."]


LIST_KINDS = [name_some, sort_words, sort_numbers, count_words]


def list_task(rng):
    """Naming, sorting or counting three to six things."""
    group = rng.choice(list(GROUPS))
    words = rng.sample(GROUPS[group], rng.randint(3, 6))
    return LIST_KINDS[rng.randrange(len(LIST_KINDS))](rng, group, words)


def day_plan(rng, name, city, day, things):
    first, second, third = rng.sample(ACTIVITIES, 3)
    question = rng.choice([f"Plan a day in {city} for {name}.", f"What should {name} do in {city} on {day}?"])
    wish = day if "on" in city else "day"  # one city gets the weekday, an exception to be learnt
    return [
        question,
        f"Here is a plan for {name} in {city}:\n- In the morning, {first}.\n- At noon, {second}.\n"
        f"- In the evening, {third}.\nHave a nice {wish}!",
    ]


def three_tips(rng, name, city, day, things):
    first, second, third = rng.sample(TIPS, 3)
    skill = rng.choice(SKILLS)
    question = rng.choice([f"Give me three tips for {skill}.", f"How can I get better at {skill}?"])
    return [
        question,
        f"Here are three tips for {skill}:\n1. First, {first}.\n2. Then, {second}.\n3. Finally, {third}.",
    ]


def thank_you_note(rng, name, city, day, things):
    count = rng.randint(2, 9)
    return [
        f"Write a polite note to {name} about {count} {things}.",
        f"Dear {name},\n\nThank you for the {count} {things}. They arrived on {day} and made me very "
        f"{rng.choice(FEELINGS)}. I hope to see you in {city} soon.\n\n"
        f"Best wishes,\n{rng.choice(NAMES)}",
    ]


ADVICE_KINDS = [day_plan, three_tips, thank_you_note]


def advice(rng):
    """A plan for a day, three tips, or a polite note."""
    name, city, day = rng.choice(NAMES), rng.choice(CITIES), rng.choice(DAYS)
    things = rng.choice(ITEMS)[1]
    return ADVICE_KINDS[rng.randrange(len(ADVICE_KINDS))](rng, name, city, day, things)
