"""Webhooks: who is told of what happens to plans, and how it gets there.

| file | what |
| --- | --- |
| hooks | make, list and end webhooks; what became of their deliveries |
| addresses | which URLs and addresses may be called at all |
| outbox | rows written in the transaction that changed the plan |
| delivering | one delivery: claimed, signed, sent, and tried again later |
"""
