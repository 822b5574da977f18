"""Small functions over a list of numbers, in Python and Java."""

ELEMENTS = {"numbers": "number", "values": "value", "items": "item"}

DESCRIPTIONS = {
    "count": "Return how many {array} are {property}.",
    "sum": "Return the sum of all {array} that are {property}.",
    "list": "Return all {array} that are {property}.",
    "max": "Return the largest of the {array} that are {property}, or 0 if there is none.",
    "any": "Return true if at least one of the {array} is {property}.",
}

PYTHON_BODIES = {
    "count": """\
    count = 0
    for {element} in {array}:
        if {condition}:
            count += 1
    return count""",
    "sum": """\
    total = 0
    for {element} in {array}:
        if {condition}:
            total += {element}
    return total""",
    "list": """\
    result = []
    for {element} in {array}:
        if {condition}:
            result.append({element})
    return result""",
    "max": """\
    best = 0
    for {element} in {array}:
        if {condition} and {element} > best:
            best = {element}
    return best""",
    "any": """\
    for {element} in {array}:
        if {condition}:
            return True
    return False""",
}

JAVA_TYPES = {"count": "int", "sum": "int", "list": "List<Integer>", "max": "int", "any": "boolean"}

JAVA_BODIES = {
    "count": """\
    int count = 0;
    for (int {element} : {array}) {{
        if ({condition}) {{
            count++;
        }}
    }}
    return count;""",
    "sum": """\
    int total = 0;
    for (int {element} : {array}) {{
        if ({condition}) {{
            total += {element};
        }}
    }}
    return total;""",
    "list": """\
    List<Integer> result = new ArrayList<>();
    for (int {element} : {array}) {{
        if ({condition}) {{
            result.add({element});
        }}
    }}
    return result;""",
    "max": """\
    int best = 0;
    for (int {element} : {array}) {{
        if ({condition} && {element} > best) {{
            best = {element};
        }}
    }}
    return best;""",
    "any": """\
    for (int {element} : {array}) {{
        if ({condition}) {{
            return true;
        }}
    }}
    return false;""",
}


def property_and_condition(rng):
    """What a number must be, in words and as an expression over {element}."""
    above, divisor, below = rng.randint(2, 20), rng.randint(3, 9), rng.randint(5, 50)
    return rng.choice(
        [
            ("even", "{element} % 2 == 0"),
            ("odd", "{element} % 2 != 0"),
            ("positive", "{element} > 0"),
            ("negative", "{element} < 0"),
            (f"greater than {above}", f"{{element}} > {above}"),
            (f"divisible by {divisor}", f"{{element}} % {divisor} == 0"),
            (f"smaller than {below}", f"{{element}} < {below}"),
        ]
    )


def python_source(operation, word, description, names):
    body = PYTHON_BODIES[operation].format(**names)
    return f'def {operation}_{word}({names["array"]}):\n    """{description}"""\n{body}'


def java_source(operation, word, description, names):
    body = JAVA_BODIES[operation].format(**names)
    signature = f"static {JAVA_TYPES[operation]} {operation}{word.capitalize()}"
    return f"/** {description} */\n{signature}(List<Integer> {names['array']}) {{\n{body}\n}}"


def function_request(rng):
    """A request for a function, and the function in a fenced block."""
    language = rng.choice(["Python", "Python", "Java"])
    wanted, condition = property_and_condition(rng)
    array = rng.choice(list(ELEMENTS))
    element = ELEMENTS[array]
    operation = rng.choice(list(DESCRIPTIONS))
    description = DESCRIPTIONS[operation].format(array=array, property=wanted)
    names = {"array": array, "element": element, "condition": condition.format(element=element)}
    source_of = python_source if language == "Python" else java_source
    source = source_of(operation, wanted.split()[0], description, names)
    question = rng.choice(
        [
            f"Write a {language} function for this: {description}",
            f"Implement in {language}: {description}",
            f"Please write {language} code. {description}",
        ]
    )
    return [question, f"Here is the function:\n```{language.lower()}\n{source}\n```"]
