/** A page of stages without an editor around them: what `stages.test.ts` bundles and looks at. */
import { createRoot } from 'react-dom/client'
import { Dock } from '../../../app/_editor/dock/dock'
import { NodeStage } from '../../../app/_editor/stages/node-stage'
import { type StageSource, StagesOf } from '../../../app/_editor/stages/stage-source'
import type { Values, Wiring } from '../../../app/_editor/stages/trace-values'
import { transport } from '../../../app/_editor/state/transport'
import { TooltipProvider } from '../../../app/_ui/tooltip'
import type { SocketType } from '../../../nodes/core/values'

interface Shown {
  wiring: Wiring
  values: Values
}

async function show() {
  const { wiring, values }: Shown = await (await fetch('/values.json')).json()
  const typeOf = (id: string) => Object.values(values[id] ?? {})[0]?.type as SocketType
  const source: StageSource = {
    useDefinition: (id) => ({
      id,
      version: 1,
      title: id,
      summary: '',
      docs: '',
      category: '',
      inputs: {},
      outputs: { out: { type: typeOf(id), label: 'Out', optional: false, doc: '' } },
      agree: [],
      params: {},
      widgets: {},
      live: [],
    }),
    useTitle: (id) => id,
    useRun: (id) => ({ state: 'done', fraction: 1, values: values[id] ?? {}, stale: false }),
    useWiring: () => wiring,
    useValues: () => values,
    useSelected: () => undefined,
  }
  const root = document.getElementById('root')
  if (!root) throw new Error('the page has a root')
  createRoot(root).render(
    <TooltipProvider>
      <StagesOf source={source}>
        {Object.keys(values).map((id) => (
          <div key={id} data-card={id} style={{ position: 'relative', width: 64 }}>
            <NodeStage nodeId={id} width={64} />
          </div>
        ))}
        <Dock />
      </StagesOf>
    </TooltipProvider>,
  )
  Object.assign(window, { transport })
}

void show()
