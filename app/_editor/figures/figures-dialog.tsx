'use client'
import { FileJson, Ruler, Table2, X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { useState } from 'react'
import { saveText } from '../../_lib/save-text'
import { sayAgo } from '../../_lib/say-time'
import { Button } from '../../_ui/button'
import { EmptyState } from '../../_ui/empty-state'
import { IconButton } from '../../_ui/icon-button'
import { Toggle } from '../../_ui/toggle'
import { useFocusBack } from '../../_ui/use-focus-back'
import { useAssets } from '../panels/use-assets'
import { useEditor } from '../state/editor-context'
import { compareFigures, onlyDiffering } from './compare-figures'
import { type Comparison, comparisonJson, comparisonTable } from './figures-files'
import { useFigures } from './figures-store'
import { FiguresTable, type TableColumn } from './figures-table'
import { labelOf } from './list-results'
import { ResultPicker } from './result-picker'
import { differingSettings } from './settings-behind'
import { type LoadedResult, useChosen, useLoadedResults, useResults } from './use-results'

/** What was measured over several results, in one table over the whole window. */
export function FiguresDialog() {
  const { isOpen, close } = useFigures()
  const { remember, giveBack } = useFocusBack()
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          // The keyboard begins at the top; no control looks as if it were chosen.
          onOpenAutoFocus={(event) => {
            remember()
            event.preventDefault()
            ;(event.currentTarget as HTMLElement).focus()
          }}
          onCloseAutoFocus={giveBack}
          className="fade-in fixed inset-0 z-(--z-dialog) flex flex-col bg-app outline-none"
        >
          {isOpen && <OpenFigures />}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function OpenFigures() {
  const [scope, setScope] = useState<'here' | 'all'>('here')
  const [changesOnly, setChangesOnly] = useState(false)
  const { choose } = useFigures()
  const results = useResults(scope === 'all')
  const chosen = useChosen(results)
  const loaded = useLoadedResults(chosen)
  const { comparison, reference } = useComparison(loaded)
  const ids = chosen.map(({ id }) => id)
  const { sections } = comparison
  return (
    <>
      <header className="flex h-(--bar-h) flex-none items-center gap-2 border-line-1 border-b bg-panel px-3">
        <Dialog.Title className="min-w-0 truncate font-title text-13">Compare figures</Dialog.Title>
        <span className="flex-1" />
        {chosen.length > 1 && (
          <span className="mr-2 flex items-center gap-2 text-text-2">
            Only what differs
            <Toggle on={changesOnly} onChange={setChangesOnly} label="Only what differs" />
          </span>
        )}
        <SaveButtons comparison={comparison} disabled={sections.length === 0} />
        <Dialog.Close asChild>
          <IconButton icon={X} label="Close" keys="Esc" />
        </Dialog.Close>
      </header>
      <div className="flex min-h-0 flex-1">
        <ResultPicker results={results} chosen={chosen} onChoose={choose} scope={scope} onScope={setScope} />
        <main className="min-w-0 flex-1">
          {chosen.length === 0 ? (
            <NothingChosen hasResults={results.now.some(({ table }) => table) || results.ofRuns.length > 0} />
          ) : (
            <FiguresTable
              columns={loaded.map(columnOf)}
              reference={reference}
              onReference={(id) => useFigures.setState({ reference: id })}
              onRemove={(id) => choose(ids.filter((each) => each !== id))}
              settings={comparison.settings}
              sections={changesOnly && chosen.length > 1 ? onlyDiffering(sections) : sections}
            />
          )}
        </main>
      </div>
    </>
  )
}

/** @returns the comparison, and the id of the column that it refers to */
function useComparison(loaded: readonly LoadedResult[]): {
  comparison: Comparison
  reference: string | undefined
} {
  const { definitions } = useEditor()
  const { byId } = useAssets()
  const wanted = useFigures((state) => state.reference)
  const results = loaded.map(({ result }) => result)
  const labels = results.map(labelOf)
  const at = Math.max(
    0,
    results.findIndex(({ id }) => id === wanted),
  )
  const reference = results[at]?.id
  const empty = { columns: [], rows: [] }
  const columns = loaded.map(({ result, table }, i) => ({
    id: result.id,
    label: labels[i],
    table: table ?? empty,
  }))
  const made = loaded.flatMap(({ result, document }) => (document ? [{ document, node: result.node }] : []))
  const settings =
    made.length === loaded.length ? differingSettings(made, definitions, (id) => byId.get(id)?.name) : []
  return {
    reference,
    comparison: { labels, reference: at, settings, sections: compareFigures(columns, reference) },
  }
}

function columnOf({ result, table, error }: LoadedResult): TableColumn {
  const { id, title, run } = result
  const ago = run && sayAgo(run.endedAt ?? run.createdAt, Date.now())
  return {
    id,
    title: run ? `Run ${run.number}` : 'Now',
    fact: [title, ago].filter(Boolean).join(' · '),
    state: error ? error.message : table ? undefined : 'Loading',
  }
}

function SaveButtons({ comparison, disabled }: { comparison: Comparison; disabled: boolean }) {
  const saveCsv = async () => {
    const { tableToCsv } = await import('../../../nodes/lib/pose/table-csv')
    saveText('figures.csv', 'text/csv', tableToCsv(comparisonTable(comparison)))
  }
  return (
    <>
      <Button icon={Table2} disabled={disabled} onClick={saveCsv}>
        Save CSV
      </Button>
      <Button
        icon={FileJson}
        disabled={disabled}
        onClick={() => saveText('figures.json', 'application/json', comparisonJson(comparison))}
      >
        Save JSON
      </Button>
    </>
  )
}

function NothingChosen({ hasResults }: { hasResults: boolean }) {
  if (hasResults) {
    return (
      <EmptyState icon={Ruler} title="Choose what to compare" className="h-full content-center">
        Tick results at the left: each becomes a column. The first is the reference that differences are taken
        from.
      </EmptyState>
    )
  }
  return (
    <EmptyState icon={Ruler} title="Nothing measured yet" className="h-full content-center">
      Add a Measure node after a motion or a video and run. Change a seed or a setting and run again: each run
      is a column here, with what differs between them and which is better.
    </EmptyState>
  )
}
