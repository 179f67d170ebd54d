"""A workload in raw PyTorch: one fixed batch, no metrics, no data loading. The faster of eager and torch.compile counts.

usage: torch_peer.py WORKLOAD FOLDER; HORNBILL_BENCH_TORCH_COMPILE=0 leaves the compiler out.
"""

import os
import sys

import torch
import torch.nn.functional as F
from torch import nn

from measuring import Data, median_ms, peak_memory, report, since_start

WORKLOAD, FOLDER = sys.argv[1:3]
torch.manual_seed(0)


class Tickets(nn.Module):
    def __init__(self):
        super().__init__()
        self.features, self.priority, self.department = nn.Linear(20100, 64), nn.Linear(64, 1), nn.Linear(64, 4)

    def forward(self, *x):
        features = F.relu(self.features(torch.cat(x, 1)))
        return torch.sigmoid(self.priority(features)), self.department(features)


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()

        def convolution(i, o, size, stride):
            return nn.Sequential(nn.Conv2d(i, o, size, stride, size // 2, bias=False), nn.BatchNorm2d(o))

        self.stem, self.blocks, channels = convolution(3, 16, 3, 1), nn.ModuleList(), 16
        for filters in (16, 16, 16, 32, 32, 32, 64, 64, 64):
            stride = 1 if filters == channels else 2
            short = nn.Identity() if filters == channels else convolution(channels, filters, 1, stride)
            self.blocks.append(
                nn.ModuleList([convolution(channels, filters, 3, stride), convolution(filters, filters, 3, 1), short]))
            channels = filters
        self.top = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.stem(x))
        for first, second, short in self.blocks:
            x = F.relu(second(F.relu(first(x))) + short(x))
        return self.top(x.mean((2, 3)))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.attention = nn.Embedding(20000, 64), nn.MultiheadAttention(64, 4, batch_first=True)
        self.first, self.second = nn.LayerNorm(64), nn.LayerNorm(64)
        self.inner, self.outer, self.top = nn.Linear(64, 128), nn.Linear(128, 64), nn.Linear(64, 1)

    def forward(self, x):
        x = self.embedding(x)
        x = self.first(x + self.attention(x, x, x, need_weights=False)[0])
        x = self.second(x + self.outer(F.relu(self.inner(x))))
        return self.top(x.mean(1))


class LSTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.top = nn.LSTM(32, 128, batch_first=True), nn.Linear(128, 1)

    def forward(self, x):
        return self.top(self.lstm(x)[0][:, -1])


def sine():
    model = nn.Sequential(nn.Linear(1, 32), nn.Sigmoid(), nn.Linear(32, 32), nn.Sigmoid(), nn.Linear(32, 1))
    return model, F.mse_loss, torch.optim.RMSprop


def tickets():
    return Tickets(), lambda o, p, d: F.mse_loss(o[0], p) + F.cross_entropy(o[1], d), torch.optim.RMSprop


def mlp():
    return nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 10)), F.cross_entropy, torch.optim.RMSprop


def cnn():
    layers = [nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2)]
    layers += [nn.Conv2d(64, 128, 3), nn.ReLU(), nn.Flatten(), nn.Linear(1152, 10)]
    return nn.Sequential(*layers).to(memory_format=torch.channels_last), F.cross_entropy, torch.optim.Adam


def resnet():
    model = ResNet().to(memory_format=torch.channels_last)
    return model, F.cross_entropy, lambda p: torch.optim.SGD(p, 0.1, momentum=0.9)


def transformer():
    return Transformer(), F.binary_cross_entropy_with_logits, torch.optim.Adam


def lstm():
    return LSTM(), F.mse_loss, torch.optim.Adam


def tensor(array):
    """Images channels first, in the order of channels last; labels as torch wants them, ids as they are."""
    result = torch.tensor(array)
    if result.ndim == 4:
        return result.permute(0, 3, 1, 2)
    return result.long() if result.ndim == 1 else result


data = Data(FOLDER, WORKLOAD)
inputs, targets = ([tensor(array) for array in arrays] for arrays in data.first())
model, loss, optimizer = globals()[WORKLOAD]()
optimizer = optimizer(model.parameters())


def step(forward):
    optimizer.zero_grad(set_to_none=True)
    loss(forward(*inputs), *targets).backward()
    optimizer.step()


def predict(forward):
    with torch.inference_mode():
        forward(*inputs)


def measure(forward):
    """Milliseconds of a training step and of a prediction, several of them in each timing."""
    result = []
    for mode, run in ((True, step), (False, predict)):
        model.train(mode)
        for _ in range(3):
            run(forward)
        count = max(1, round(50 / median_ms(lambda: run(forward), duration=0.2)))
        result.append(median_ms(lambda: [run(forward) for _ in range(count)], count))
    return result


step(model)
first_step = since_start()
train_ms, predict_ms = measure(model)
peak, mode = peak_memory(), "eager"
if os.environ.get("HORNBILL_BENCH_TORCH_COMPILE") != "0":
    try:
        compiled = measure(torch.compile(model))
        if compiled[0] < train_ms:
            (train_ms, predict_ms), mode = compiled, "compiled"
    except Exception as error:
        print(f"torch.compile: {str(error).splitlines()[0]}", file=sys.stderr)
report(
    "torch", WORKLOAD, train_ms=train_ms, predict_ms=predict_ms, first_step_s=first_step, peak_bytes=peak,
    data_bytes=data.bytes, mode=mode)
