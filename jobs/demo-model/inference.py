"""Loading the target and decoding it greedily with transformers."""

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from chat import EOS_ID, PAD_ID, render_prompt


def load_target(folder):
    """Model in float32 and tokenizer of an exported target."""
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.padding_side = "left"
    return model, tokenizer


@torch.no_grad()
def greedy_answers(model, tokenizer, conversations, max_new_tokens=220):
    """The answer to each conversation (lists of turns that end with the user's), as one batch.

    Returns pairs (text, whether the model ended its answer by itself).
    """
    prompts = [render_prompt(turns) for turns in conversations]
    batch = tokenizer(prompts, return_tensors="pt", padding=True, return_token_type_ids=False)
    output = model.generate(
        **batch,
        max_new_tokens=max_new_tokens,
        do_sample=False,
        eos_token_id=EOS_ID,
        pad_token_id=PAD_ID,
    )
    answers = output[:, batch["input_ids"].shape[1] :]
    return [
        (tokenizer.decode(answer, skip_special_tokens=True).strip(), EOS_ID in answer.tolist())
        for answer in answers
    ]
