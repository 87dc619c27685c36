import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { formFields, nodesOnTheWay } from '../../app/_editor/form/form-fields'
import { formInputs, isBeside, isOfAnother, poseBeside, posesOf } from '../../app/_editor/form/form-inputs'
import { indexCatalog } from '../../app/_editor/state/definitions'
import { catalog } from '../../nodes/core/catalog'
import { parseDocument, type WorkflowDocument } from '../../nodes/core/document'
import { registry } from '../../nodes/registry'
import { examples } from '../support/cli'
import { openTestEditor } from '../support/editor'

const { get } = indexCatalog(catalog(registry))
const example = (name: string) =>
  parseDocument(readFileSync(path.join(examples, `${name}.workflow.json`), 'utf8'))
const hello = example('hello')

const node = (type: string) => ({ type, version: 1, params: {} })
const workflow = (nodes: Record<string, unknown>, edges: [string, string][] = []): WorkflowDocument =>
  parseDocument({
    ...{ schema: 1, id: 'w', nodes },
    edges: edges.map(([from, to]) => ({ from: from.split('.'), to: to.split('.') })),
  })

const shown = (document: WorkflowDocument) =>
  formFields(document, get).shown.map(({ node, param }) => `${node}: ${param.label}`)
const more = (document: WorkflowDocument) =>
  formFields(document, get).more.flatMap(({ node, params }) => params.map(({ label }) => `${node}: ${label}`))

describe('the settings of a form', () => {
  it('are those that definitions mark, in the order of the data, as long as nobody has chosen', () => {
    expect(shown(hello)).toEqual([
      'gestures: Energy',
      'gestures: Rate',
      'gestures: Lips',
      'gestures: Seed',
      'render: Longest side',
    ])
  })

  it('are those that the author has chosen, advanced ones too', () => {
    expect(shown({ ...hello, form: ['render.arms', 'gestures.blinks', 'gone.seed'] })).toEqual([
      'gestures: Blinks',
      'render: Arms',
    ])
    expect(shown({ ...hello, form: [] })).toEqual([])
  })

  it('leave the other usual ones to the fold, and neither files nor advanced ones', () => {
    const others = more(hello)
    expect(others).toContain('gestures: Blinks')
    expect(others).toContain('video: Format')
    expect(others).not.toContain('gestures: Energy')
    expect(others).not.toContain('render: Arms')
    expect(others.filter((name) => name.includes('File'))).toEqual([])
  })

  it('name their node where two are called the same', () => {
    const labels = shown(example('mmgt'))
    expect(labels.filter((label) => label.includes('Seed'))).toEqual([
      expect.stringContaining('Seed, SMGA gestures'),
      expect.stringContaining('Seed, Diffusion (MM-HAA)'),
    ])
  })

  it('are the first two of each node that works, where no definition marks any', () => {
    const document = workflow(
      { pose: node('input/pose'), smooth: node('pose/smooth'), look: node('control/review') },
      [
        ['pose.pose', 'smooth.pose'],
        ['smooth.pose', 'look.value'],
      ],
    )
    expect(shown(document)).toEqual(['smooth: Method', 'smooth: Body'])
  })

  it('come only from nodes that are on and lead to what is delivered', () => {
    const aside = { ...hello, nodes: { ...hello.nodes, aside: { ...hello.nodes.gestures } } }
    expect(nodesOnTheWay(aside, get)).not.toContain('aside')
    const muted = {
      ...hello,
      nodes: { ...hello.nodes, gestures: { ...hello.nodes.gestures, mode: 'mute' as const } },
    }
    expect(shown(muted)).toEqual(['render: Longest side'])
  })

  it('are chosen in one step of undo', () => {
    const { commands, history, read } = openTestEditor(hello)
    commands.setForm(['gestures.head'])
    expect(shown(read())).toEqual(['gestures: Head'])
    history.undo()
    expect(shown(read())).toEqual(shown(hello))
  })
})

describe('the files of a form', () => {
  it('are called what their readers call them, pictures first', () => {
    expect(formInputs(hello, get).map(({ label, kind }) => `${label}: ${kind}`)).toEqual([
      'Portrait: image',
      'Speech: audio',
      'First pose: pose',
    ])
  })

  it('are not called by a word that says no more than the type', () => {
    expect(formInputs(example('mmgt'), get).map(({ label }) => label)).toEqual([
      'Portrait',
      'Audio',
      'First pose',
    ])
  })

  it('are counted where several have one name', () => {
    const inputs = formInputs(example('two-people'), get)
    const labels = inputs.map(({ label }) => label)
    expect(new Set(labels).size).toBe(labels.length)
  })

  it('bring the pose that lies beside a picture, by its name', () => {
    const assets = [
      { name: 'portrait-june.pose.json', kind: 'pose' },
      { name: 'portrait-june.png', kind: 'image' },
    ]
    expect(poseBeside('portrait-june.jpg', assets)).toBe(assets[0])
    expect(poseBeside('me.jpg', assets)).toBeUndefined()
    expect(isOfAnother('portrait-june.pose.json', 'me.jpg')).toBe(true)
    expect(isOfAnother('portrait-june.pose.json', 'portrait-june.png')).toBe(false)
    expect(isOfAnother('fitted.json', 'me.jpg')).toBe(false)
    expect(isBeside('fitted.json', 'fitted.jpg')).toBe(false)
    const posesIn = (name: string) => {
      const inputs = formInputs(example(name), get)
      const pictures = inputs.filter(({ kind }) => kind === 'image')
      return pictures.map(({ node }) => posesOf(example(name), inputs, node))
    }
    expect(posesIn('hello')).toEqual([['firstPose']])
    expect(posesIn('mmgt')).toEqual([['firstPose']]) // the pose is read by the gestures, the picture by the renderer
    expect(posesIn('two-people').flat()).toHaveLength(1) // the other pose is of somebody who is not seen
  })
})
