'use client'
import { sayAgo } from '../../_lib/say-time'
import { Checkbox } from '../../_ui/checkbox'
import { Segment } from '../../_ui/segment'
import { useNow } from '../runs/use-now'
import { useEditor } from '../state/editor-context'
import type { ListedResult } from './list-results'
import type { Results } from './use-results'

interface ResultPickerProps {
  results: Results
  chosen: readonly ListedResult[]
  onChoose(ids: string[]): void
  scope: 'here' | 'all'
  onScope(scope: 'here' | 'all'): void
}

/** Everything that can be a column, ticked where it is one. */
export function ResultPicker({ results, chosen, onChoose, scope, onScope }: ResultPickerProps) {
  const { workflowId } = useEditor()
  const now = useNow(30_000)
  const ids = chosen.map(({ id }) => id)
  const toggle = (id: string, on: boolean) => onChoose(on ? [...ids, id] : ids.filter((each) => each !== id))
  return (
    <nav
      aria-label="Results to compare"
      className="flex w-58 flex-none flex-col overflow-y-auto border-line-1 border-r bg-panel px-4 py-3 max-[1100px]:w-50"
    >
      {results.now.length > 0 && (
        <Group title="This workflow now">
          {results.now.map((result) => (
            <Choice
              key={result.id}
              title={result.title}
              fact={
                result.stale ? 'Out of date: run it again' : result.table ? undefined : 'Not measured yet'
              }
              checked={ids.includes(result.id)}
              disabled={!result.table}
              onChange={(on) => toggle(result.id, on)}
            />
          ))}
        </Group>
      )}
      <Group title="Runs">
        <Segment
          label="Runs of"
          value={scope}
          onChange={onScope}
          options={[
            { value: 'here', label: 'This workflow' },
            { value: 'all', label: 'All' },
          ]}
        />
        {results.ofRuns.length === 0 && (
          <p className="pt-1 text-11 text-text-3">
            Runs that measure something are listed here when they are over.
          </p>
        )}
        {results.ofRuns.map(({ id, run, title }) => (
          <Choice
            key={id}
            title={`Run ${run?.number}`}
            fact={[
              run?.workflow !== workflowId && run?.workflowName,
              title,
              run && sayAgo(run.endedAt ?? run.createdAt, now),
            ]
              .filter(Boolean)
              .join(' · ')}
            checked={ids.includes(id)}
            onChange={(on) => toggle(id, on)}
          />
        ))}
      </Group>
    </nav>
  )
}

function Group({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className="grid grid-cols-1 gap-0.5 pb-4">
      <h3 className="flex h-7 items-center font-title text-12">{title}</h3>
      {children}
    </section>
  )
}

interface ChoiceProps {
  title: string
  fact?: string
  checked: boolean
  disabled?: boolean
  onChange(on: boolean): void
}

function Choice({ title, fact, checked, disabled, onChange }: ChoiceProps) {
  return (
    <Checkbox checked={checked} disabled={disabled} onChange={onChange} className="items-start py-1">
      <span className="min-w-0 flex-1">
        <span className="block truncate">{title}</span>
        {fact && (
          <span className="block truncate text-11 text-text-3" title={fact}>
            {fact}
          </span>
        )}
      </span>
    </Checkbox>
  )
}
