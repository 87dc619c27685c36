'use client'
import { Dices, Play, RotateCcw } from 'lucide-react'
import { useMemo } from 'react'
import { useStore } from 'zustand'
import { Kbd } from '../../_ui/kbd'
import { SplitButton } from '../../_ui/split-button'
import { clearHint, hintNodes } from '../canvas/plan-hint'
import { useEditor, useSelection, useWorkflow } from '../state/editor-context'
import { useKeymap } from '../state/keymap'
import { itemOf } from '../state/selection-store'
import { planOf } from './plan'
import { freeSeeds, seededNodes } from './seeds'
import { useRunCommands } from './use-run-commands'

/** What will run and why not, the button, and its variants. */
export function RunButton() {
  const editor = useEditor()
  const keymap = useKeymap()
  const { run, runSeeds, starting, offline } = useRunCommands()
  const selected = useSelection(({ items }) => items)
  const targets = selected.map(itemOf).flatMap(({ kind, id }) => (kind === 'node' ? [id] : []))
  const seeded = useWorkflow(() => seededNodes(editor).length)
  const off = offline ? 'The studio does not answer' : undefined
  return (
    <div className="flex flex-none items-center gap-3">
      <PlanText offline={offline} />
      <SplitButton
        icon={Play}
        busy={starting}
        disabled={offline}
        title={off}
        onClick={() => run()}
        moreLabel="More ways to run"
        entries={[
          {
            label: 'Run to the selected node',
            icon: Play,
            keys: keymap.shown('run-selected'),
            disabled: targets.length === 0 ? 'Choose a node first' : undefined,
            onSelect: () => run({ targets }),
          },
          { label: 'Run without the cache', icon: RotateCcw, onSelect: () => run({ fresh: true }) },
          {
            label: 'Queue 4 seeds',
            icon: Dices,
            disabled: seeded === 0 ? 'No node here has a seed' : undefined,
            onSelect: runSeeds,
          },
        ]}
      >
        Run
        <Kbd keys="Ctrl ↵" className="bg-transparent! text-inherit! max-lg:hidden" />
      </SplitButton>
    </div>
  )
}

/** Pointing at it outlines on the canvas what will run. */
function PlanText({ offline }: { offline: boolean }) {
  const editor = useEditor()
  const { runs } = editor
  const analysis = useStore(runs.store, (state) => state.analysis)
  const total = useWorkflow(({ nodes }) => Object.keys(nodes).length)
  const free = useWorkflow(() => freeSeeds(editor).length > 0)
  const plan = useMemo(() => planOf(analysis, total, free), [analysis, total, free])
  if (offline) return <span className="text-11 text-warn max-lg:hidden">The studio does not answer</span>
  if (!plan) return null
  const show = () => hintNodes(plan.nodes)
  return (
    <button
      type="button"
      onPointerEnter={show}
      onPointerLeave={clearHint}
      onFocus={show}
      onBlur={clearHint}
      className="max-w-72 truncate rounded-1 text-11 text-text-2 max-lg:hidden"
    >
      {plan.problem ? <span className="text-warn">{plan.problem}</span> : plan.text}
    </button>
  )
}
