import * as z from 'zod';

/**
 * What is written beside the clips. `json`: `dataset.json` in the folder; `txt`: a caption file of the clip's name; `jsonl`:
 * `metadata.jsonl`; `csv`: `metadata.csv`; `tar`: a WebDataset shard a batch.
 */
export const DatasetFormat = z.enum(['json', 'txt', 'jsonl', 'csv', 'tar']);
export type DatasetFormat = z.infer<typeof DatasetFormat>;
