export const HELP = `octocut: cuts, crops and encodes with the ffmpeg of this machine

  octocut probe FILE…                      what files are, and where their frames stand
  octocut log2csv LOG [-o LIST.csv]        a log of timestamps as a list of segments
  octocut osp LIST -m FILE [-o FILE.osp]   a list as an OpenShot project
  octocut render LIST -m FILE… [-o FOLDER] every cut of a list (.csv, .osp, .log …) or project (.octocut) as a file
          [--format mp4|webm|frames|gif|m4a|mp3|wav] [--size PIXELS] [--crf 0…51] [--mode precise|smart|copy]
  octocut batch FILE [-o FOLDER]           clips of one length from a point on
          [--at SECONDS] [--count N] [--length SECONDS] [--spread SECONDS] [--name NAME]
  octocut encoders                         which encoders really work here
  octocut backup FILE                      a copy of the server's database, also while it runs
  octocut restore FILE                     puts such a copy back; the server must not run
  octocut token --new                      another token to pair devices with; the one before ends

  --json  results as JSON     -h, --help  this text
  FFMPEG_PATH, FFPROBE_PATH, ENCODER and DATA_DIR count as they do for the server.
  Exit codes: 0 done, 1 something failed, 2 not asked for rightly, 130 stopped.
`;
