'use client'
import { Tag, Ungroup, Unlink } from 'lucide-react'
import { useRef } from 'react'
import { useStore } from 'zustand'
import { edgeKey } from '../../../nodes/core/live-document'
import type { SocketType } from '../../../nodes/core/values'
import { Button } from '../../_ui/button'
import { Field } from '../../_ui/field'
import { Select } from '../../_ui/select'
import { SocketSign } from '../../_ui/socket-sign'
import { TextArea } from '../../_ui/text-area'
import { TextField } from '../../_ui/text-field'
import { sayAllFacts } from '../card/say'
import { GROUP_COLOURS, type Group, type Note } from '../state/document-store'
import { useEditor, useWorkflow } from '../state/editor-context'
import { isFolded } from '../state/folded-edges'
import { useSocketType } from '../state/use-socket-type'

const Panel = ({ title, children }: { title: string; children: React.ReactNode }) => (
  <div className="grid content-start gap-3 overflow-y-auto px-4 py-4">
    <h2 className="font-title text-13">{title}</h2>
    {children}
  </div>
)

export function NoteInspector({ id }: { id: string }) {
  const { commands } = useEditor()
  const note = useWorkflow(({ notes }) => notes.find((entry) => entry.id === id)) as Note | undefined
  const gesture = useRef(`note ${crypto.randomUUID()}`)
  if (!note) return null
  return (
    <Panel title="Note">
      <TextArea
        label="Text of the note"
        value={note.text}
        rows={8}
        onChange={(text) => commands.setNote(id, { text }, { gesture: gesture.current })}
      />
    </Panel>
  )
}

export function GroupInspector({ id }: { id: string }) {
  const { commands } = useEditor()
  const group = useWorkflow(({ groups }) => groups.find((entry) => entry.id === id)) as Group | undefined
  if (!group) return null
  return (
    <Panel title="Group">
      <Field label="Title">
        {(fieldId) => (
          <TextField
            id={fieldId}
            value={group.title}
            onChange={(title) => commands.setGroup(id, { title })}
          />
        )}
      </Field>
      <Field label="Colour">
        <Select
          label="Colour"
          value={group.colour}
          onChange={(colour) => commands.setGroup(id, { colour })}
          options={GROUP_COLOURS.map((colour) => ({
            value: colour,
            label: colour.charAt(0).toUpperCase() + colour.slice(1),
          }))}
        />
      </Field>
      <Button icon={Ungroup} className="justify-self-start" onClick={() => commands.ungroup([id])}>
        Ungroup
      </Button>
    </Panel>
  )
}

export function EdgeInspector({ edge: key }: { edge: string }) {
  const editor = useEditor()
  const edge = useWorkflow(({ edges }) => edges.find(({ to }) => edgeKey(to) === key))
  const nodes = useWorkflow((document) => document.nodes)
  const facts = useStore(
    editor.runs.store,
    ({ analysis }) => edge && analysis?.facts[edge.from[0]]?.[edge.from[1]],
  )
  const folded = useWorkflow((document) => isFolded(document, key))
  const type = useSocketType(edge?.from[0] ?? '', edge?.from[1] ?? '', 'output')
  if (!edge) return null
  const side = (end: readonly [string, string], of: 'inputs' | 'outputs') => {
    const node = nodes[end[0]]
    const definition = editor.definitions.get(node?.type ?? '')
    const socket = definition?.[of][end[1]]
    return {
      title: node?.title ?? definition?.title ?? end[0],
      label: socket?.label ?? end[1],
    }
  }
  const [from, to] = [side(edge.from, 'outputs'), side(edge.to, 'inputs')]
  return (
    <Panel title="Edge">
      <p className="flex items-center gap-2">
        <SocketSign type={type as SocketType} halo={false} />
        {from.title} · {from.label} → {to.title} · {to.label}
      </p>
      <p className="text-text-3">{sayAllFacts(facts) || 'Nothing is known of it before a run.'}</p>
      <div className="flex gap-2">
        <Button icon={Tag} onClick={() => editor.commands.setFolded([key], !folded)}>
          {folded ? 'Draw as a line' : 'Fold into a chip'}
        </Button>
        <Button icon={Unlink} onClick={() => editor.commands.disconnect(key)}>
          Disconnect
        </Button>
      </div>
    </Panel>
  )
}
