'use client'
import type { ReactNode } from 'react'
import type { CatalogEntry } from '../../../nodes/core/catalog'
import { paramsOf } from './param-schema'

/** What a node does, in the words of its definition. */
export function AboutTab({ definition }: { definition: CatalogEntry }) {
  const params = paramsOf(definition).filter(({ docs }) => docs)
  return (
    <div className="grid gap-3 px-4 py-3 text-text-2">
      <p className="text-text-1">{definition.summary}</p>
      {definition.docs && <Markdown text={definition.docs} />}
      {params.length > 0 && (
        <section>
          <h3 className="mb-1 font-title text-text-1">Settings</h3>
          <dl className="grid gap-1.5">
            {params.map(({ key, label, docs }) => (
              <div key={key}>
                <dt className="font-strong text-text-1">{label}</dt>
                <dd>{docs}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      <p className="text-11 text-text-3">
        <code className="font-mono">{definition.id}</code> · version {definition.version}
      </p>
    </div>
  )
}

/** The little of Markdown that docs of nodes use: paragraphs, lists, emphasis and code. */
function Markdown({ text }: { text: string }) {
  return text.split(/\n\n+/).map((block) => {
    const lines = block.split('\n')
    if (lines.every((line) => line.startsWith('- '))) {
      return (
        <ul key={block} className="grid list-disc gap-1 pl-4">
          {lines.map((line) => (
            <li key={line}>{inline(line.slice(2))}</li>
          ))}
        </ul>
      )
    }
    return <p key={block}>{inline(lines.join(' '))}</p>
  })
}

function inline(text: string): ReactNode[] {
  return text.split(/(\*[^*]+\*|`[^`]+`)/).map((part, at) => {
    const key = `${at} ${part}`
    if (/^\*[^*]+\*$/.test(part)) return <em key={key}>{part.slice(1, -1)}</em>
    if (/^`[^`]+`$/.test(part))
      return (
        <code key={key} className="font-mono text-11">
          {part.slice(1, -1)}
        </code>
      )
    return part
  })
}
