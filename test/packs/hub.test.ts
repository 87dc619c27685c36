import { expect, it } from 'vitest'
import { hubFromEnvironment } from '../../server/packs/hub'

it('takes endpoint and token from the environment', () => {
  const hub = hubFromEnvironment({ HF_ENDPOINT: 'https://mirror.example/hf/', HF_TOKEN: 'x' })
  expect([hub.host, hub.hasToken]).toEqual(['mirror.example', true])
  expect(hubFromEnvironment({}).host).toBe('huggingface.co')
})

it('never sends a token where others could read it', () => {
  expect(hubFromEnvironment({ HF_ENDPOINT: 'http://mirror.example', HF_TOKEN: 'x' }).hasToken).toBe(false)
})

it.each(['ftp://mirror.example', 'mirror', 'file:///etc'])('refuses %s as an endpoint', (HF_ENDPOINT) => {
  expect(() => hubFromEnvironment({ HF_ENDPOINT })).toThrow('is not a web address')
})
