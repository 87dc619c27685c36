import { z } from 'zod'
import { defineNode } from '../core/define-node'
import { socket } from '../core/sockets'

export const controlReview = defineNode({
  id: 'control/review',
  version: 1,
  title: 'Review',
  summary: 'The run waits here until you have looked at a value and approved it.',
  docs: `Goes on any edge and hands the value on unchanged; its output has the type of what is connected.

When a run gets here, everything that does not depend on it goes on; then the run waits. It needs neither a worker nor
the browser for that, and survives a restart. **Approve** lets it go on, **Stop** ends it. To change a pose or a mask
first, put an editor behind the review (its card offers that), edit, and then approve: the run goes on with the workflow
as it stands then.

What is remembered is the value, not the run: the same value is not asked about again until its result is cleaned up,
another one is. Results behind a review are kept as if it were not there, so adding one to a workflow that has run asks
nothing until something changes. Bypassed, it is not there at all.`,
  inputs: { value: socket('any', 'Value', 'What you want to see before the run goes on') },
  outputs: { value: socket('any', 'Value', 'The same value, once it is approved') },
  params: z.object({
    ask: z
      .enum(['when-new', 'never'])
      .default('when-new')
      .describe('when-new: each value that was not approved before; never: hand everything on'),
  }),
  ui: { widgets: { ask: { label: 'Ask' } } },
  facts: ({ inputs: { value } }) => ({ value }),
  countingParams: () => ({}), // an approval is of the value alone
  asks: ({ ask }) => ask === 'when-new',
  run: async (_ctx, { inputs: { value } }) => ({ value }),
})
