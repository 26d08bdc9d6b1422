"""Build the ONNX graphs of the thorough model: an encoder's layers in int8, and what stands around them."""

import numpy as np
from onnx import helper, numpy_helper

MICROSOFT = "com.microsoft"
#: Layers of the encoder whose states a second look starts from: half of them.
LOWER = 6


def values(tensor):
    return tensor.detach().numpy()


class Graph:
    """Nodes and constants of a graph; each method adds to them and returns the name of what it adds."""

    def __init__(self, width):
        self.width, self.nodes, self.constants = width, [], []

    def constant(self, name, numbers):
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(numbers), name))
        return name

    def node(self, kind, inputs, outputs, domain="", **attributes):
        outputs = [outputs] if isinstance(outputs, str) else outputs
        self.nodes.append(helper.make_node(kind, inputs, outputs, name=outputs[0], domain=domain, **attributes))
        return outputs[0]

    def quantised(self, x, weights, name, biases=None):
        """A linear layer in int8, one scale a column."""
        table = np.concatenate([values(weight).T for weight in weights], 1)
        scale = (np.abs(table).max(0) / 127).astype(np.float32)
        inputs = [
            x,
            self.constant(f"{name}_w", np.round(table / scale).astype(np.int8)),
            self.constant(f"{name}_s", scale),
            self.constant(f"{name}_z", np.zeros(len(scale), np.int8)),
        ]
        if biases:
            inputs.append(self.constant(f"{name}_b", np.concatenate([values(bias) for bias in biases])))
        return self.node("DynamicQuantizeMatMul", inputs, name, MICROSOFT)

    def linear(self, x, weight, bias, name):
        """A linear layer in full precision, ``weight`` (inputs, outputs) and ``bias`` as arrays."""
        product = self.node("MatMul", [x, self.constant(f"{name}_w", weight)], f"{name}_p")
        return self.node("Add", [product, self.constant(f"{name}_b", bias)], name)

    def layer(self, x, layer, name):
        """A layer of the encoder (:class:`training.e5.Layer`)."""
        mixed = [layer.q, layer.k, layer.v]
        mixed = self.quantised(x, [part.weight for part in mixed], f"{name}_qkv", [part.bias for part in mixed])
        parts = [f"{name}_q", f"{name}_k", f"{name}_v"]
        self.node("Split", [mixed, self.constant(f"{name}_parts", np.array([self.width] * 3))], parts, axis=2)
        seen = self.node("MultiHeadAttention", parts, f"{name}_seen", MICROSOFT, num_heads=layer.heads)
        x = self._normed(
            self.quantised(seen, [layer.ao.weight], f"{name}_ao"), x, layer.aln, layer.ao.bias, f"{name}_mid"
        )
        inner = self.quantised(x, [layer.fi.weight], f"{name}_fi")
        bias = self.constant(f"{name}_fib", values(layer.fi.bias))
        inner = self.node("BiasGelu", [inner, bias], f"{name}_gelu", MICROSOFT)
        return self._normed(
            self.quantised(inner, [layer.fo.weight], f"{name}_fo"), x, layer.oln, layer.fo.bias, f"{name}_out"
        )

    def _normed(self, x, beside, norm, bias, name):
        inputs = [
            x,
            beside,
            self.constant(f"{name}_g", values(norm.weight)),
            self.constant(f"{name}_o", values(norm.bias)),
            self.constant(f"{name}_a", values(bias)),
        ]
        return self.node("SkipLayerNormalization", inputs, name, MICROSOFT, epsilon=norm.eps)

    def model(self, name, inputs, outputs):
        """The finished model; inputs and outputs are given as name, type and shape."""
        told = [[helper.make_tensor_value_info(*one) for one in side] for side in (inputs, outputs)]
        made = helper.make_graph(self.nodes, name, *told, self.constants)
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(made, opset_imports=opsets, ir_version=9)


def loaded_layer(made, number, layer):
    """Fill a :class:`training.e5.Layer` with the weights of a layer of a model that :class:`Graph` built."""
    known = {one.name: numpy_helper.to_array(one) for one in made.graph.initializer}
    width = layer.q.weight.shape[0]

    def fill(parameter, numbers):
        parameter.data.copy_(parameter.new_tensor(numbers))

    def weight(part):
        return (known[f"l{number}_{part}_w"].astype(np.float32) * known[f"l{number}_{part}_s"]).T

    mixed, bias = weight("qkv"), known[f"l{number}_qkv_b"]
    for k, part in enumerate((layer.q, layer.k, layer.v)):
        fill(part.weight, mixed[k * width : (k + 1) * width])
        fill(part.bias, bias[k * width : (k + 1) * width])
    for part in ("ao", "fi", "fo"):
        fill(getattr(layer, part).weight, weight(part))
    fill(layer.fi.bias, known[f"l{number}_fib"])
    for norm, linear, place in ((layer.aln, layer.ao, "mid"), (layer.oln, layer.fo, "out")):
        fill(norm.weight, known[f"l{number}_{place}_g"])
        fill(norm.bias, known[f"l{number}_{place}_o"])
        fill(linear.bias, known[f"l{number}_{place}_a"])
