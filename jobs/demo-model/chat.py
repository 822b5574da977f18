"""The chat format of the demo model: ChatML over three special tokens."""

END_OF_TEXT = "<|endoftext|>"
TURN_START = "<|im_start|>"
TURN_END = "<|im_end|>"
SPECIAL_TOKENS = [END_OF_TEXT, TURN_START, TURN_END]  # ids 0, 1, 2

PAD_ID = 0
EOS_ID = 2

TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def role_of(turn_index):
    """Turns alternate, and the user begins."""
    return "user" if turn_index % 2 == 0 else "assistant"


def turn_header(turn_index):
    """What stands in front of a turn's text."""
    return f"{TURN_START}{role_of(turn_index)}\n"


def render_document(turns):
    """A whole conversation as training text, closed by the end-of-text token."""
    body = "".join(f"{turn_header(i)}{text}{TURN_END}\n" for i, text in enumerate(turns))
    return body + END_OF_TEXT


def render_prompt(turns):
    """A conversation that ends with a user's turn, ready for the answer."""
    body = "".join(f"{turn_header(i)}{text}{TURN_END}\n" for i, text in enumerate(turns))
    return body + turn_header(len(turns))
