export { BUCKETS_PER_S, WaveformPyramid, type Peaks } from '#core/sound/pyramid';
export { between, findSilences, type SilenceOptions, type SoundSpan } from './silences.ts';
export { Waveform, type WaveformOptions } from './waveform.ts';
