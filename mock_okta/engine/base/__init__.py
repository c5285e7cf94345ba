"""What all of the engine rests on: one turn and what it may remember, ids, errors, signatures."""
