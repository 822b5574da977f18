"""Arithmetic word problems, worked line by line to "The answer is N."."""

from dataclasses import dataclass

from tasks.words import ITEMS, NAMES


@dataclass(frozen=True)
class Setting:
    """The people, things and numbers of one problem."""

    first: str
    second: str
    one: str
    many: str
    x: int  # 3 to 60
    y: int  # 2 to 40
    z: int  # 2 to 9


def addition(rng, s):
    question = rng.choice(
        [
            f"{s.first} has {s.x} {s.many} and buys {s.y} more. "
            f"How many {s.many} does {s.first} have now?",
            f"{s.first} starts with {s.x} {s.many}. Then {s.first} finds {s.y} more {s.many}. "
            f"How many {s.many} does {s.first} have?",
        ]
    )
    total = s.x + s.y
    return question, (
        f"{s.first} starts with {s.x} {s.many} and gets {s.y} more.\n"
        f"{s.x} + {s.y} = {total}\nThe answer is {total}."
    )


def subtraction(rng, s):
    x = max(s.x, s.y + 1)
    question = rng.choice(
        [
            f"{s.first} has {x} {s.many} and gives {s.y} to {s.second}. How many {s.many} are left?",
            f"There are {x} {s.many} in a box. {s.first} takes out {s.y}. "
            f"How many {s.many} stay in the box?",
        ]
    )
    return question, (
        f"We start with {x} {s.many} and take away {s.y}.\n"
        f"{x} - {s.y} = {x - s.y}\nThe answer is {x - s.y}."
    )


def multiplication(rng, s):
    n = rng.randint(2, 12)
    question = rng.choice(
        [
            f"{s.first} packs {n} {s.many} in each of {s.z} bags. How many {s.many} is that in all?",
            f"One bag holds {n} {s.many}. How many {s.many} are in {s.z} bags?",
        ]
    )
    return question, (
        f"There are {s.z} bags with {n} {s.many} each.\n"
        f"{s.z} * {n} = {s.z * n}\nThe answer is {s.z * n}."
    )


def division(rng, s):
    n = rng.randint(2, 12)
    total = s.z * n
    question = rng.choice(
        [
            f"{s.first} shares {total} {s.many} equally among {s.z} friends. "
            f"How many {s.many} does each friend get?",
            f"{total} {s.many} are put into {s.z} equal boxes. How many {s.many} are in each box?",
        ]
    )
    return question, (
        f"We divide {total} {s.many} into {s.z} equal parts.\n"
        f"{total} / {s.z} = {n}\nThe answer is {n}."
    )


def gain_and_loss(rng, s):
    total = s.x + s.y
    lost = rng.randint(1, total - 1)
    question = (
        f"{s.first} has {s.x} {s.many}. {s.second} gives {s.first} {s.y} more. "
        f"Then {s.first} loses {lost}. How many {s.many} does {s.first} have at the end?"
    )
    return question, (
        f"First {s.first} gets {s.y} more.\n{s.x} + {s.y} = {total}\n"
        f"Then {s.first} loses {lost}.\n{total} - {lost} = {total - lost}\n"
        f"The answer is {total - lost}."
    )


def change_of_a_purchase(rng, s):
    price = rng.randint(2, 9)
    cost = price * s.z
    paid = cost + rng.choice([5, 10, 20])
    question = (
        f"A {s.one} costs {price} dollars. {s.first} buys {s.z} {s.many} and pays with {paid} dollars. "
        f"How much change does {s.first} get?"
    )
    return question, (
        f"The {s.many} cost {s.z} * {price} = {cost} dollars.\n"
        f"The change is {paid} - {cost} = {paid - cost} dollars.\nThe answer is {paid - cost}."
    )


def sum_of_ages(rng, s):
    older = s.x + s.z
    question = (
        f"{s.first} is {s.x} years old. {s.second} is {s.z} years older than {s.first}. "
        f"How old is {s.second}, and what is the sum of their ages?"
    )
    return question, (
        f"{s.second} is {s.x} + {s.z} = {older} years old.\n"
        f"The sum is {s.x} + {older} = {s.x + older}.\nThe answer is {s.x + older}."
    )


def distance(rng, s):
    miles = rng.randint(10, 60)
    hours = rng.randint(2, 6)
    question = (
        f"A train travels {miles} miles in one hour. "
        f"How far does it travel in {hours} hours at the same speed?"
    )
    return question, (
        f"The train goes {miles} miles each hour for {hours} hours.\n"
        f"{miles} * {hours} = {miles * hours}\nThe answer is {miles * hours}."
    )


def running_sum(rng, s):
    count = rng.randint(3, 5)
    numbers = [rng.randint(1, 30) for _ in range(count)]
    question = f"Add the numbers {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}."
    total, lines = numbers[0], []
    for number in numbers[1:]:
        lines.append(f"{total} + {number} = {total + number}")
        total += number
    return question, "\n".join(lines) + f"\nThe answer is {total}."


KINDS = [
    addition,
    subtraction,
    multiplication,
    division,
    gain_and_loss,
    change_of_a_purchase,
    sum_of_ages,
    distance,
    running_sum,
]


def word_problem(rng):
    """One problem of a random kind."""
    first, second = rng.sample(NAMES, 2)
    one, many = rng.choice(ITEMS)
    kind = KINDS[rng.randrange(len(KINDS))]
    x, y, z = rng.randint(3, 60), rng.randint(2, 40), rng.randint(2, 9)
    return list(kind(rng, Setting(first, second, one, many, x, y, z)))
