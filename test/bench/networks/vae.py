"""The decoder of the Stable Diffusion VAE (stage2.md, section 11)."""
import torch.nn.functional as F
from layers import attention, conv, group_norm, linear, resnet, upsample


def build(w, config):
    norm = {"groups": config["groups"], "eps": 1e-6}

    def middle(name, x):
        x = resnet(w, name + ".resnets.0", x, **norm)
        n, c, height, width = x.shape
        mix = name + ".attentions.0"
        tokens = group_norm(w, mix + ".group_norm", x, **norm).view(n, c, -1).transpose(1, 2)
        q, k, v = (linear(w, f"{mix}.to_{part}", tokens) for part in "qkv")
        mixed = linear(w, mix + ".to_out.0", attention(q, k, v, 1))
        x = x + mixed.transpose(1, 2).reshape(x.shape)
        return resnet(w, name + ".resnets.1", x, **norm)

    def run(inputs):
        h = conv(w, "post_quant_conv", inputs["latents"] / config["scaling"])
        h = middle("decoder.mid_block", conv(w, "decoder.conv_in", h, padding=1))
        for level in range(config["levels"]):
            name = f"decoder.up_blocks.{level}"
            for i in range(config["layers"] + 1):
                h = resnet(w, f"{name}.resnets.{i}", h, **norm)
            if level < config["levels"] - 1:
                h = upsample(w, name + ".upsamplers.0", h)
        h = F.silu(group_norm(w, "decoder.conv_norm_out", h, **norm))
        return conv(w, "decoder.conv_out", h, padding=1)

    return run
