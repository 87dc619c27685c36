'use client'
import { useStore } from 'zustand'
import { fits } from '../../../nodes/core/graph'
import { edgeKey } from '../../../nodes/core/live-document'
import type { SocketKind } from '../../../nodes/core/sockets'
import type { SocketType } from '../../../nodes/core/values'
import { classNames } from '../../_ui/class-names'
import { socketColour } from '../../_ui/socket-sign'
import { socketKey, useConnecting } from '../canvas/connecting'
import type { SocketNames } from '../canvas/flow-items'
import { indexOf } from '../state/edge-index'
import { useEditor, useWorkflow } from '../state/editor-context'
import { useAnyType } from '../state/use-socket-type'
import { CARD, socketY } from './card-size'
import { EdgeChip } from './edge-chip'
import { sayFacts } from './say'
import { SocketHandle } from './socket-handle'
import type { CardModel } from './use-card'

interface CardRowsProps {
  card: CardModel
  names: SocketNames
  stage: number
  collapsed: boolean | undefined
  /** Facts known before running beside the names. */
  withFacts: boolean
  withLabels: boolean
}

/** Inputs left, outputs right, sharing rows; the sockets themselves sit on the border. */
export function CardRows({ card, names, stage, collapsed, withFacts, withLabels }: CardRowsProps) {
  const { id, definition, node } = card
  const any = useAnyType(id, definition)
  const rows = Math.max(names.inputs.length, names.outputs.length)
  const lines = node.mode === 'bypass' ? throughLines(definition) : []
  return (
    <>
      {!collapsed && withLabels && (
        <div style={{ paddingTop: CARD.aboveRows, paddingBottom: CARD.belowRows }} className="relative">
          {Array.from({ length: rows }, (_, row) => (
            <div
              key={names.inputs[row] ?? names.outputs[row]}
              className="flex items-center justify-between gap-2 px-3"
              style={{ height: CARD.row }}
            >
              {lines.some(({ from }) => from === row) ? (
                <span />
              ) : (
                <InputLabel card={card} name={names.inputs[row]} any={any} withFacts={withFacts} />
              )}
              {!lines.some(({ to }) => to === row) && (
                <OutputLabel card={card} name={names.outputs[row]} withFacts={withFacts} />
              )}
            </div>
          ))}
          {lines.map((line) => (
            <BypassLine key={line.to} {...line} any={any} />
          ))}
        </div>
      )}
      {names.inputs.map((name, row) => (
        <InputHandle key={name} card={card} name={name} any={any} y={socketY(stage, row, collapsed)} />
      ))}
      {names.outputs.map((name, row) => (
        <SocketHandle
          key={name}
          nodeId={id}
          socket={name}
          side="output"
          type={shownAs(definition?.outputs[name], any)}
          y={socketY(stage, row, collapsed)}
          required={false}
        />
      ))}
    </>
  )
}

function useSource(nodeId: string, input: string) {
  return useWorkflow(({ edges }) => indexOf(edges).into.get(edgeKey([nodeId, input]))?.from)
}

const shownAs = (socket: { type: SocketKind } | undefined, any: SocketKind): SocketKind =>
  socket && socket.type !== 'any' ? socket.type : any

function InputHandle(props: { card: CardModel; name: string; any: SocketKind; y: number }) {
  const { card, name, any, y } = props
  const socket = card.definition?.inputs[name]
  const source = useSource(card.id, name)
  return (
    <SocketHandle
      nodeId={card.id}
      socket={name}
      side="input"
      type={shownAs(socket, any)}
      y={y}
      required={socket !== undefined && !socket.optional && source === undefined}
    />
  )
}

function InputLabel(props: { card: CardModel; name?: string; any: SocketKind; withFacts: boolean }) {
  const { card, name, any, withFacts } = props
  const editor = useEditor()
  const source = useSource(card.id, name ?? '')
  const facts = useStore(editor.runs.store, ({ views }) => source && views[source[0]]?.facts[source[1]])
  const dim = useDimmed('input', card.id, name)
  const folded = useWorkflow(({ layout }) => layout[card.id]?.folded?.includes(name ?? '') ?? false)
  if (name === undefined) return <span />
  const socket = card.definition?.inputs[name]
  return (
    <span
      className={classNames(LABEL, 'min-w-min shrink-1000', dim && 'no-fit')}
      title={socket?.doc || undefined}
    >
      <Label text={socket?.label ?? name} />
      {source && folded ? (
        <EdgeChip edge={edgeKey([card.id, name])} from={source[0]} type={shownAs(socket, any)} />
      ) : (
        withFacts && source && <FactsLabel text={sayFacts(facts)} />
      )}
    </span>
  )
}

function OutputLabel({ card, name, withFacts }: { card: CardModel; name?: string; withFacts: boolean }) {
  const dim = useDimmed('output', card.id, name)
  if (name === undefined) return null
  const socket = card.definition?.outputs[name]
  return (
    <span
      className={classNames(LABEL, 'min-w-0 flex-row-reverse', dim && 'no-fit')}
      title={socket?.doc || undefined}
    >
      <Label text={socket?.label ?? name} />
      {withFacts && <FactsLabel text={sayFacts(card.run.facts[name])} />}
    </span>
  )
}

/** In a narrow card facts that find no room beside the name go to a second line, which is not seen. */
const LABEL = 'card-row-label flex h-5 flex-wrap items-baseline gap-x-1 overflow-hidden text-text-1 leading-5'
const Label = ({ text }: { text: string }) => <span className="min-w-0 truncate">{lower(text)}</span>
const FactsLabel = ({ text }: { text: string }) =>
  text && <span className="whitespace-nowrap text-11 text-text-3">{text}</span>

function useDimmed(side: 'input' | 'output', node: string, name: string | undefined): boolean {
  return useConnecting(
    ({ from, fits: known }) => from !== undefined && !known.get(socketKey(side, node, name ?? '')),
  )
}

/** Sockets are said in lower case; abbreviations and single letters stay as they are. */
const lower = (label: string) =>
  label.length > 1 && label.slice(1) === label.slice(1).toLowerCase() ? label.toLowerCase() : label

interface ThroughLine {
  /** Rows of the input and the output. */
  from: number
  to: number
  type: SocketKind
}

/** What goes straight through a bypassed node: to each output the first input that fits. */
function throughLines(definition: CardModel['definition']): ThroughLine[] {
  const inputs = Object.values(definition?.inputs ?? {})
  return Object.values(definition?.outputs ?? {}).flatMap(({ type }, to) => {
    const from = inputs.findIndex((input) => fits(input.type, type))
    return from < 0 ? [] : [{ from, to, type }]
  })
}

/** In the place of the names it joins, in the colour of its type. */
function BypassLine({ from, to, type, any }: ThroughLine & { any: SocketKind }) {
  const middle = (row: number) => CARD.aboveRows + CARD.row * row + CARD.row / 2
  return (
    <svg className="pointer-events-none absolute inset-0 size-full overflow-visible" aria-hidden>
      <line
        x1="8"
        x2="calc(100% - 8px)"
        y1={middle(from)}
        y2={middle(to)}
        stroke={socketColour((type === 'any' ? any : type) as SocketType)}
        strokeWidth="2"
        strokeDasharray="6 4"
      />
    </svg>
  )
}
