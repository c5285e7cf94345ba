"""The Identity Engine: everything below `/idp/idx/`.

How it works, in five sentences. A transaction rests at a *stage*, a row of `stages.STAGES` that says which remediations
are offered there and which objects are shown beside them. A request submits one of them; `remediations.REMEDIATIONS`
says what its form looks like and which function accepts it. That function records what was proved and hands over to
`steps.settle`, which walks down the scenario's steps and puts the transaction at the stage of the first one that is
not met. `render.body` turns the transaction into the reply. A refusal leaves everything as it was and is rendered as
the same stage with a message on it.
"""
