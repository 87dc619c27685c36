import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { WorkflowDocument } from '../../nodes/core/document'
import { examples } from '../support/cli'
import { describeInBrowser, eventually, StudioInBrowser, seriousFindings } from './support/studio'

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true }

describeInBrowser('the form of a workflow', () => {
  let studio: StudioInBrowser
  beforeAll(async () => {
    studio = await StudioInBrowser.open()
  })
  afterAll(async () => {
    await studio?.close()
  })

  const hello = async () => (await studio.api.workflow.create.mutate({ template: 'hello' })).workflow
  const stored = async (workflow: string) =>
    (await studio.api.workflow.get.query({ workflow })).document as WorkflowDocument
  const makeVideo = (page: Page) => page.getByRole('button', { name: 'Make video' })

  it('opens on a phone, makes a video that plays, and another one of another portrait', async () => {
    const document = await stored(await hello())
    document.nodes.render.params.maxSize = 256 // what is shown does not depend on it; how long it takes does
    const { workflow } = await studio.api.workflow.create.mutate({ document })
    const page = await studio.page(`/workflows/${workflow}`, PHONE)
    await makeVideo(page).waitFor()
    expect(await page.locator('.react-flow').count()).toBe(0)
    await page.getByText('Press Make video, and it plays here.').waitFor()
    expect(await seriousFindings(page)).toEqual([])

    const energy = page.getByRole('slider', { name: 'Energy' })
    await energy.focus()
    await page.keyboard.press('ArrowRight')
    await eventually(async () => (await stored(workflow)).nodes.gestures.params.energy).toBe(1.05)
    await page.getByRole('button', { name: 'Undo: change energy' }).click()
    await eventually(async () => (await stored(workflow)).nodes.gestures.params.energy).toBeUndefined()

    await makeVideo(page).click()
    await page.getByRole('button', { name: 'Cancel' }).waitFor()
    await page.getByRole('progressbar').waitFor()
    const video = page.locator('video')
    await video.waitFor({ timeout: 90_000 })
    await eventually(() =>
      video.evaluate((element: HTMLVideoElement) => element.currentTime),
    ).toBeGreaterThan(0)
    await page.getByText('Everything is up to date').waitFor()
    expect(await page.getByRole('link', { name: 'Download', exact: true }).getAttribute('href')).toContain(
      'download',
    )

    const speech = readFileSync(path.join(examples, 'speech-story.wav'))
    const sound = { name: 'story.wav', mimeType: 'audio/wav', buffer: speech }
    await page.getByLabel('Portrait, file').setInputFiles(sound)
    await page.getByText('story.wav is of kind audio; image is needed here.').first().waitFor()

    // Nobody has said where the arms of this one are.
    const portrait = readFileSync(path.join(examples, 'portrait-june.png'))
    const file = { name: 'somebody.png', mimeType: 'image/png', buffer: portrait }
    await page.getByLabel('Portrait, file').setInputFiles(file)
    await page.getByText('This is the pose of another picture than somebody.png.').waitFor()
    await page.getByText('made before your last changes').waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Undo: replace the portrait' }).click()
    await page.getByText('Everything is up to date').waitFor()
    expect(studio.pageErrors).toEqual([])
    await page.context().close()
  })

  it('takes the place of the graph by keyboard, is in the address, and is what opens the next time', async () => {
    const workflow = await hello()
    const page = await studio.page(`/workflows/${workflow}`)
    await page.locator('.react-flow__node-card').first().waitFor()
    await page.getByRole('radio', { name: 'Graph' }).focus()
    await page.keyboard.press('End')
    const form = page.getByRole('radio', { name: 'Form' })
    await eventually(() => form.evaluate((element) => element === document.activeElement)).toBe(true)
    await page.keyboard.press('Enter')
    await makeVideo(page).waitFor()
    expect(new URL(page.url()).searchParams.get('view')).toBe('form')
    expect(await seriousFindings(page)).toEqual([])

    await page.getByRole('button', { name: 'Choose which settings are shown' }).click()
    await page.getByRole('checkbox', { name: 'Energy' }).click()
    await page.getByRole('checkbox', { name: 'Blinks' }).click()
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('slider', { name: 'Blinks' }).waitFor()
    expect(await page.getByRole('slider', { name: 'Energy' }).count()).toBe(0)
    await eventually(async () => (await stored(workflow)).form).toContain('gestures.blinks')

    await page.goto(`${studio.url}/workflows/${workflow}`)
    await page.getByRole('slider', { name: 'Blinks' }).waitFor()
    await page.locator('body').press('Shift+F')
    await page.locator('.react-flow__node-card').first().waitFor()
    expect(new URL(page.url()).searchParams.get('view')).toBeNull()
    await page.context().close()
  })

  it('asks what a review asks, and goes on when it is approved', async () => {
    const { nodes } = await stored(await hello())
    const { workflow } = await studio.api.workflow.create.mutate({
      document: {
        ...{ schema: 1, id: 'x', name: 'Looked at' },
        nodes: { firstPose: nodes.firstPose, look: { type: 'control/review', version: 1, params: {} } },
        edges: [{ from: ['firstPose', 'pose'], to: ['look', 'value'] }],
      },
    })
    const page = await studio.page(`/workflows/${workflow}?view=form`, PHONE)
    await page.getByText('This workflow makes no file.').waitFor()
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    const question = page.getByRole('region', { name: 'Review: waiting for you' })
    await question.getByRole('button', { name: 'Approve' }).click()
    await question.waitFor({ state: 'detached' })
    await eventually(async () => (await studio.api.run.list.query({ workflow })).runs[0].state).toBe(
      'finished',
    )
    await page.context().close()
  })
})
