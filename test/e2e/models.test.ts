import { mkdirSync, mkdtempSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { type HubServer, hubServer } from '../support/hub-server'
import { manifest, weights } from '../support/packs'
import { describeInBrowser, eventually, StudioInBrowser, seriousFindings } from './support/studio'

/** Where pictures of the pages go, when somebody wants to look at them. */
const PICTURES = process.env.MMGT_PICTURES

async function openStudio(hub: HubServer, data = mkdtempSync(path.join(tmpdir(), 'mmgt-browser-'))) {
  process.env.HF_ENDPOINT = hub.url
  const studio = await StudioInBrowser.open(data)
  delete process.env.HF_ENDPOINT
  onTestFinished(() => studio.close())
  return studio
}

describeInBrowser('the page of the models', () => {
  it('downloads with progress, pauses, goes on, and says what failed', async () => {
    const hub = await hubServer()
    const repo = 'addtime/MMGT_pretrained'
    hub.serve(`${repo}/stage_2/process_2/net-32500.pth`, weights(12_000_000), { bytesPerSecond: 1_500_000 })
    hub.serve(`${repo}/stage_1/audio2pose_best_model.pt`, weights(500_000, 2))
    const data = mkdtempSync(path.join(tmpdir(), 'mmgt-browser-'))
    const vae = path.join(data, 'packs/mmgt-official/sd-vae-ft-mse/diffusion_pytorch_model.safetensors')
    mkdirSync(path.dirname(vae), { recursive: true })
    writeFileSync(vae, '')
    truncateSync(vae, 334643276) // right in size only
    const studio = await openStudio(hub, data)
    const page = await studio.page('/models')
    const card = page.getByRole('region', { name: /^mmgt-official/ })
    const row = (part: string) => card.getByRole('row', { name: new RegExp(part) })
    expect(await row('Picture coder').textContent()).toContain('here, not checked')
    expect(await row('Image encoder').getByRole('link', { name: 'CreativeML OpenRAIL-M' }).count()).toBe(1)
    await card.getByRole('button', { name: /^Download ~\d+ GB$/ }).click()
    await card.getByText('Downloading', { exact: true }).waitFor()
    const net = row('Denoising network').getByRole('progressbar')
    await eventually(async () => Number(await net.getAttribute('aria-valuenow'))).toBeGreaterThan(15)
    await card.getByText(/MB\/s · .* left/).waitFor()
    if (PICTURES) await page.screenshot({ path: path.join(PICTURES, 'models-running.png') })
    await card.getByRole('button', { name: 'Pause' }).click()
    await card.getByText('Paused', { exact: true }).waitFor()
    const paused = Number(await net.getAttribute('aria-valuenow'))
    await page.reload()
    await card.getByRole('button', { name: 'Resume' }).click()
    await eventually(async () => Number(await net.getAttribute('aria-valuenow'))).toBeGreaterThan(paused)
    await row('Denoising network').getByText('verified').waitFor()
    await row('SMGA').getByText('verified').waitFor()
    await row('Image encoder').getByText('failed').waitFor()
    await card
      .getByRole('alert')
      .getByText(/more of \d+ files failed/)
      .waitFor()
    await page.getByText('weights here').first().waitFor()
    if (PICTURES) await page.screenshot({ path: path.join(PICTURES, 'models-failed.png') })
    expect(studio.pageErrors).toEqual([])
  })

  it('shows packs of others, and nothing serious for axe', async () => {
    const hub = await hubServer()
    hub.serve('lab/weights/vae/model.safetensors', weights(300_000))
    hub.serve('lab/weights/smga.pt', weights(1000, 2))
    const data = mkdtempSync(path.join(tmpdir(), 'mmgt-browser-'))
    const own = path.join(data, 'own')
    const broken = path.join(data, 'packs/broken')
    for (const folder of [own, broken]) mkdirSync(folder, { recursive: true })
    writeFileSync(
      path.join(own, 'pack.json'),
      manifest({ summary: 'Two speakers, small weights.', base: 'mmgt-official' }),
    )
    writeFileSync(path.join(broken, 'pack.json'), '{"format": "something else"}')
    mkdirSync(path.join(data, 'packs/tiny'))
    writeFileSync(path.join(data, 'packs/tiny/state.json'), JSON.stringify({ folder: own }))
    const studio = await openStudio(hub, data)
    const page = await studio.page('/models')
    const tiny = page.getByRole('region', { name: 'tiny' })
    await tiny.getByRole('button', { name: 'Download' }).click()
    await tiny.getByText('ready').waitFor()
    await page.getByRole('region', { name: 'broken' }).getByText('cannot be read', { exact: true }).waitFor()
    await tiny.getByRole('button', { name: 'Remove tiny' }).click()
    const dialog = page.getByRole('dialog', { name: 'Forget tiny?' })
    expect(await seriousFindings(page)).toEqual([])
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await page.getByText('Body, face and hands in a picture').first().waitFor()
    expect(await seriousFindings(page)).toEqual([])
    for (const theme of ['dark', 'light'] as const) {
      for (const [width, height] of [
        [1440, 900],
        [1024, 768],
      ] as const) {
        const look = await studio.page('/models', { theme, viewport: { width, height } })
        await look.getByRole('region', { name: 'tiny' }).waitFor()
        expect(await seriousFindings(look)).toEqual([])
        expect(await look.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBe(0)
        if (PICTURES) await look.screenshot({ path: path.join(PICTURES, `models-${theme}-${width}.png`) })
        await look.context().close()
      }
    }
    expect(studio.pageErrors).toEqual([])
  })

  it('a workflow that needs weights says so when it is opened, and offers them', {
    timeout: 300_000,
  }, async () => {
    const hub = await hubServer()
    const studio = await openStudio(hub)
    const { workflow } = await studio.api.workflow.create.mutate({ template: 'hello' })
    const page = await studio.page(`/workflows/${workflow}`)
    await page.getByRole('button', { name: /^Run/ }).first().waitFor()
    expect(await page.getByRole('region', { name: 'Missing weights' }).count()).toBe(0)

    const { document } = await studio.api.workflow.get.query({ workflow })
    const needy = {
      ...document,
      nodes: {
        ...document.nodes,
        enc: { type: 'audio/encoder', version: 1, params: { motionKind: 'wavlm' }, mode: 'on', title: null },
      },
    }
    const { workflow: imported } = await studio.api.workflow.create.mutate({ document: needy })
    const second = await studio.page(`/workflows/${imported}`)
    const banner = second.getByRole('region', { name: 'Missing weights' })
    await banner.getByText('A node of this workflow needs WavLM-Large').waitFor()
    if (PICTURES) await second.screenshot({ path: path.join(PICTURES, 'editor-missing.png') })
    await banner.getByRole('button', { name: 'Get the pack' }).click()
    const dialog = second.getByRole('dialog')
    await dialog.getByRole('link', { name: 'CC BY-SA 3.0' }).waitFor()
    if (PICTURES) await second.screenshot({ path: path.join(PICTURES, 'editor-dialog.png') })
    await dialog.getByRole('button', { name: 'Download 1.3 GB' }).click()
    await banner.getByText(/has no file pytorch_model\.bin in microsoft\/wavlm-large/).waitFor()
    expect(await seriousFindings(second)).toEqual([])
    expect(studio.pageErrors).toEqual([])
  })
})
