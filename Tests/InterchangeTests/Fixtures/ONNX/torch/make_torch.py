"""Writes the models of this folder: PyTorch 2.13.0 with onnxscript 0.7.2, and what onnxruntime 1.32.0 computes of them.

    make_torch.py FOLDER

NAME.legacy17.onnx is of the exporter before torch.export in opset 17, NAME.dynamo20.onnx of the one behind it in opset 20.
"""

import json
import sys

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn as nn
import torch.nn.functional as F

r = torch.randn
P = nn.Parameter
models = {}


def z(make):
    models[make.__name__] = make
    return make

class M(nn.Module):
    def __init__(s,fn,**k):
        super().__init__(); s.fn=fn
        for a,b in k.items(): setattr(s,a,b)
    def forward(s,*x): return s.fn(s,*x)

def enc(**k): return nn.TransformerEncoder(nn.TransformerEncoderLayer(16,2,32,batch_first=True,**k),2,enable_nested_tensor=False)

@z
def enc_causal():
    return M(lambda s,x:s.e(x,mask=nn.Transformer.generate_square_subsequent_mask(x.shape[1]),is_causal=True),e=enc()),(r(2,5,16),)

@z
def enc_causal_buffer():
    class C(nn.Module):
        def __init__(s): super().__init__(); s.e=enc(); s.register_buffer("m",torch.triu(torch.full((5,5),float("-inf")),1))
        def forward(s,x): return s.e(x,mask=s.m)
    return C(),(r(2,5,16),)

@z
def mha_cross(): return M(lambda s,x,y:s.a(x,y,y,need_weights=False)[0],a=nn.MultiheadAttention(16,4,batch_first=True)),(r(2,5,16),r(2,7,16))

@z
def mha_weights(): return M(lambda s,x,y:s.a(x,y,y),a=nn.MultiheadAttention(16,4,batch_first=True)),(r(2,5,16),r(2,7,16))

@z
def mha_biaskv(): return M(lambda s,x:s.a(x,x,x,need_weights=False)[0],a=nn.MultiheadAttention(16,4,batch_first=True,add_bias_kv=True,add_zero_attn=True)),(r(2,5,16),)

@z
def padding_mask():
    def f(s,x,m): return s.e(x,src_key_padding_mask=m)
    return M(f,e=enc()),(r(2,5,16),torch.tensor([[0,0,0,1,1],[0,0,0,0,0]],dtype=torch.bool))

@z
def gpt():
    class B(nn.Module):
        def __init__(s,d=16,h=2,T=8): super().__init__(); s.h=h; s.l1=nn.LayerNorm(d); s.qkv=nn.Linear(d,3*d); s.p=nn.Linear(d,d); s.l2=nn.LayerNorm(d); s.m=nn.Sequential(nn.Linear(d,4*d),nn.GELU(approximate="tanh"),nn.Linear(4*d,d)); s.register_buffer("bias",torch.tril(torch.ones(T,T)).view(1,1,T,T))
        def forward(s,x):
            B,T,C=x.shape; q,k,v=s.qkv(s.l1(x)).split(C,2)
            q,k,v=[t.view(B,T,s.h,C//s.h).transpose(1,2) for t in(q,k,v)]
            a=(q@k.transpose(-2,-1))/(C//s.h)**.5
            a=a.masked_fill(s.bias[:,:,:T,:T]==0,float("-inf")).softmax(-1)
            x=x+s.p((a@v).transpose(1,2).contiguous().view(B,T,C)); return x+s.m(s.l2(x))
    class G(nn.Module):
        def __init__(s): super().__init__(); s.e=nn.Embedding(20,16); s.p=nn.Embedding(8,16); s.b=nn.ModuleList([B(),B()]); s.l=nn.LayerNorm(16); s.o=nn.Linear(16,20,bias=False); s.o.weight=s.e.weight
        def forward(s,i):
            x=s.e(i)+s.p(torch.arange(i.shape[1]))
            for b in s.b: x=b(x)
            return s.o(s.l(x))
    return G(),(torch.randint(0,20,(2,8)),)

@z
def vit_manual():
    class V(nn.Module):
        def __init__(s): super().__init__(); s.c=nn.Conv2d(3,16,4,4); s.cls=P(r(1,1,16)); s.pos=P(r(1,17,16)); s.e=enc(norm_first=True); s.h=nn.Linear(16,4)
        def forward(s,x):
            x=s.c(x).flatten(2).transpose(1,2); x=torch.cat([s.cls.expand(x.shape[0],-1,-1),x],1)+s.pos; return s.h(s.e(x)[:,0])
    return V(),(r(2,3,16,16),)

@z
def perceiver():
    class V(nn.Module):
        def __init__(s): super().__init__(); s.l=P(r(4,16)); s.a=nn.MultiheadAttention(16,2,batch_first=True); s.h=nn.Linear(16,3)
        def forward(s,x): q=s.l.unsqueeze(0).expand(x.shape[0],-1,-1); return s.h(s.a(q,x,x,need_weights=False)[0].mean(1))
    return V(),(r(2,9,16),)

@z
def normalize(): return M(lambda s,x:F.normalize(s.l(x)),l=nn.Linear(6,4)),(r(2,6),)

@z
def cosine(): return M(lambda s,x,y:F.cosine_similarity(s.l(x),s.l(y)),l=nn.Linear(6,4)),(r(2,6),r(2,6))

@z
def cosine_cls(): return M(lambda s,x:F.linear(F.normalize(x),F.normalize(s.w))*10,w=P(r(5,6))),(r(2,6),)

@z
def pairwise_distance(): return M(lambda s,x,y:F.pairwise_distance(s.l(x),s.l(y)),l=nn.Linear(6,4)),(r(2,6),r(2,6))

@z
def arcface_std(): return M(lambda s,x:(lambda y:(y-y.mean(1,keepdim=True))/(y.std(1,keepdim=True)+1e-5))(s.l(x)),l=nn.Linear(6,4)),(r(2,6),)

@z
def softmax_div(): return M(lambda s,x:(lambda e:e/e.sum(-1,keepdim=True))(torch.exp(s.l(x))),l=nn.Linear(6,4)),(r(2,6),)

@z
def lstmcell():
    def f(s,x):
        h=c=torch.zeros(x.shape[0],6)
        for t in range(3): h,c=s.l(x[:,t],(h,c))
        return h
    return M(f,l=nn.LSTMCell(4,6)),(r(2,3,4),)

@z
def convtranspose3d(): return nn.ConvTranspose3d(2,3,2,stride=2),(r(2,2,3,3,3),)

@z
def adaptive_uneven2(): return nn.Sequential(nn.Conv2d(3,4,3),nn.AdaptiveAvgPool2d((3,3))),(r(2,3,10,10),)

def randomize(m):
    g=torch.Generator().manual_seed(5)
    for n,b in m.named_buffers():
        if n.endswith("running_mean"): b.data.copy_(torch.randn(b.shape,generator=g)*.1)
        if n.endswith("running_var"): b.data.copy_(torch.rand(b.shape,generator=g)+.5)
    for n,p in m.named_parameters():
        if p.ndim==1: p.data.add_(torch.randn(p.shape,generator=g)*.1)

FILES = ['enc_causal.legacy17', 'enc_causal.dynamo23', 'enc_causal_buffer.legacy17', 'padding_mask.legacy17', 'padding_mask.dynamo20', 'mha_cross.legacy20', 'mha_cross.dynamo23', 'mha_weights.legacy17', 'mha_weights.dynamo18', 'mha_biaskv.legacy20', 'perceiver.legacy20', 'perceiver.dynamo20', 'vit_manual.legacy17', 'vit_manual.dynamo23', 'normalize.legacy13', 'normalize.dynamo18', 'cosine.legacy13', 'cosine_cls.legacy17', 'arcface_std.dynamo20', 'pairwise_distance.legacy13', 'softmax_div.legacy13', 'softmax_div.dynamo20', 'lstmcell.legacy13', 'convtranspose3d.legacy13', 'adaptive_uneven2.dynamo20', 'gpt.legacy13']


def numbers(array):
    return {"shape": list(array.shape), "data": np.asarray(array, np.float64).ravel().tolist()}


for number, file in enumerate(FILES):
    name, exporter = file.split(".")
    torch.manual_seed(number)
    model, given = models[name]()
    model.eval()
    randomize(model)
    names = [f"x{place}" for place in range(len(given))]
    path = f"{sys.argv[1]}/{file}.onnx"
    torch.onnx.export(
        model, given, path, opset_version=int(exporter[6:]), dynamo=exporter.startswith("dynamo"), input_names=names,
        external_data=False,
    )
    session = onnxruntime.InferenceSession(path)
    inputs = {name: value.numpy() for name, value in zip(names, given)}
    outputs = session.run(None, inputs)
    with open(f"{sys.argv[1]}/{file}.json", "w") as numbers_file:
        answers = {output.name: numbers(value) for output, value in zip(session.get_outputs(), outputs)}
        json.dump({"inputs": {k: numbers(v) for k, v in inputs.items()}, "outputs": answers}, numbers_file)
