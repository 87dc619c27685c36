'use client'
import { Play, X } from 'lucide-react'
import { useMemo } from 'react'
import { Button } from '../../_ui/button'
import { planOf } from '../bar/plan'
import { freeSeeds } from '../bar/seeds'
import { useRunCommands } from '../bar/use-run-commands'
import { capitalised, sayEstimate } from '../card/say'
import { waitingText } from '../runs/run-hud'
import { sayLeft } from '../runs/say-run-time'
import { useEditor, useWorkflow } from '../state/editor-context'
import { useRuns } from '../state/run-store'
import { FormProblem } from './form-problem'
import { useDelivers } from './use-form-shape'

/** The foot of the form: runs the workflow, says how long it takes, and stops it. */
export function MakeVideo() {
  const { run, cancel, starting, running, offline } = useRunCommands()
  const { plan, estimate } = usePlan()
  const delivers = useDelivers()
  return (
    <footer className="sticky bottom-0 z-(--z-canvas-hud) flex-none border-line-1 border-t bg-panel lg:static lg:border-l">
      <div className="mx-auto grid max-w-[640px] gap-2 px-4 pt-2.5 pb-[max(12px,env(safe-area-inset-bottom))] lg:px-6 lg:pb-4">
        <p className="flex min-h-5 items-center justify-center text-center text-12 text-text-2 tabular-nums">
          {offline ? (
            <span className="text-warn">
              The studio does not answer. Your changes are kept on this device.
            </span>
          ) : running ? (
            <HowFar />
          ) : plan?.problem ? (
            <FormProblem said={plan.problem} />
          ) : (
            plan &&
            (plan.nodes.length > 0
              ? estimate
                ? `Takes ${estimate}`
                : 'The first run shows how long it takes'
              : plan.text)
          )}
        </p>
        <Button
          kind={running ? 'default' : 'primary'}
          icon={running ? X : Play}
          busy={starting}
          disabled={offline}
          onClick={() => (running ? cancel() : run())}
          className="h-11! w-full rounded-3! text-15! max-sm:h-12!"
        >
          {running ? 'Cancel' : delivers ? 'Make video' : 'Run'}
        </Button>
      </div>
    </footer>
  )
}

function usePlan() {
  const editor = useEditor()
  const analysis = useRuns((state) => state.analysis)
  const total = useWorkflow(({ nodes }) => Object.keys(nodes).length)
  const isFree = useWorkflow(() => freeSeeds(editor).length > 0)
  const plan = useMemo(() => planOf(analysis, total, isFree), [analysis, total, isFree])
  const seconds = analysis?.estimateSeconds
  return { plan, estimate: seconds === undefined ? undefined : sayEstimate(seconds) }
}

function HowFar() {
  const run = useRuns((state) => state.run)
  if (!run) return null
  if (run.state !== 'running') return capitalised(waitingText(run))
  return `${Math.round(run.fraction * 100)} %${sayLeft(run)}`
}
