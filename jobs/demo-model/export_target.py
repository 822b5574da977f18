"""Turns a training checkpoint into the directory that users get.

bf16 weights, config.json, generation_config.json, tokenizer.json and tokenizer_config.json with the
chat template.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from transformers import LlamaForCausalLM

from chat import END_OF_TEXT, EOS_ID, PAD_ID, TEMPLATE, TURN_END
from files import write_json


def clean_config(path):
    """Removes what says nothing about the model; the chat format has no begin-of-sequence token."""
    config = json.loads(path.read_text(encoding="utf-8"))
    config.pop("transformers_version", None)
    config.pop("pretraining_tp", None)
    config["bos_token_id"] = None
    write_json(path, config)
    return config


def export(checkpoint, tokenizer, output):
    """Writes the directory."""
    model = LlamaForCausalLM.from_pretrained(checkpoint, dtype=torch.float32).to(torch.bfloat16)
    model.save_pretrained(output)
    config = clean_config(output / "config.json")
    write_json(
        output / "generation_config.json",
        {"do_sample": False, "eos_token_id": EOS_ID, "pad_token_id": PAD_ID},
    )
    shutil.copy(tokenizer, output / "tokenizer.json")
    write_json(
        output / "tokenizer_config.json",
        {
            "add_prefix_space": False,
            "chat_template": TEMPLATE,
            "clean_up_tokenization_spaces": False,
            "eos_token": TURN_END,
            "model_max_length": config["max_position_embeddings"],
            "pad_token": END_OF_TEXT,
            "tokenizer_class": "PreTrainedTokenizerFast",
        },
    )
    for file in output.iterdir():
        file.chmod(0o644)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--checkpoint", required=True, help="directory of the trained target")
    parser.add_argument("--tokenizer", required=True, help="tokenizer.json")
    parser.add_argument("--output", required=True, type=Path, help="directory to write")
    options = parser.parse_args()
    export(options.checkpoint, options.tokenizer, options.output)
    print(f"exported to {options.output}")


if __name__ == "__main__":
    main()
