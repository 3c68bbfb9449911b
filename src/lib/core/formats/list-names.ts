/** The kinds of list that are read. */
export type ListFormat = 'log' | 'csv' | 'llc' | 'youtube' | 'srt' | 'edl' | 'otio' | 'osp';

/** How people know each. */
export const LIST_NAMES: Readonly<Record<ListFormat, string>> = {
	log: 'log of timestamps',
	csv: 'CSV',
	llc: 'LosslessCut project',
	youtube: 'YouTube chapters',
	srt: 'SRT subtitles',
	edl: 'CMX 3600 EDL',
	otio: 'OpenTimelineIO',
	osp: 'OpenShot project',
};
