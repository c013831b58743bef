internal import Access
internal import Command
internal import Core
internal import DriveStores
internal import Library
internal import Records
internal import Stores
internal import Values

extension Strm {
  static var page: Page {
    Page(
      name: "s4l-strm",
      summary: "write .strm files for the films that records name",
      description: [
        "A .strm file is one line that tells a media server where a film is. s4l-strm writes one "
          + "below OUT for each entry, and each create, write or rename event, whose name has the "
          + "extension of a film. All other records, those of side-cars above all, are passed on "
          + "for s4l-get and s4l-clean. What is not a film to anybody is passed on too: names that "
          + "begin with ._, folders named @eaDir, #recycle or .Trashes, and theme.mp3.",
        "A file that holds what it should is not touched, nor is its time: nothing but the text "
          + "is compared. What differs is replaced in one step, so a reader finds the old line or "
          + "the new one. OUT mirrors the folders of the listing, and no name and no link leads "
          + "out of it. Each outcome tells its \"target\" below OUT, and did \"write\", \"keep\" "
          + "or \"skip\".",
        "{--template} is a text with variables, or the name of a preset: "
          + LinkForm.presets.map { "\($0.name) is \($0.text)" }.joined(separator: ", ") + ". "
          + "There are {url}, {sign} and {id} of the record, {base}, its {scheme} and its {host}, "
          + "the {path} on the server, {path_enc} escaped, {path_enc_all} with its slashes escaped "
          + "too, {name} and {name_enc}; {?sign} is the whole query, or nothing where there is no "
          + "sign. For a listing of openlist://, clouddrive:// or dav://, or of a remote of such a "
          + "type, template and base need not be given. No user and no password is ever written.",
        "The path is that of the listing's root, or {--root}, with the path of the record behind "
          + "it. Of the {--map} rules the longest that fits changes how it begins. {--encode} "
          + "full, which is usual, escapes all but letters, digits and -_.~ in URLs; server leaves "
          + "what OpenList leaves as it is; none escapes nothing.",
        "A file is called like its film, with .strm for the extension; .iso is kept before "
          + "it, as players know a disc by that. {--name-template} is made of {stem}, {ext}, "
          + "{name} and {tag}. A name of more than 255 bytes is cut and marked. {--names} windows "
          + "puts letters that look alike in place of what Windows does not take, in folders too, "
          + "and of the first letter of what it takes for a device, such as CON; side-cars keep "
          + "their names. Two films of a folder whose files would have one name, be it in other "
          + "case, are settled by {--collisions}: prefer gives it to the larger, then the newer, "
          + "then the one whose extension {--media} names first, and skips the other; keep-ext "
          + "names all files with their extension; error refuses both. With {--bdmv} of the files "
          + "of a folder BDMV/STREAM only the largest gets a .strm, beside that BDMV and called "
          + "like the folder that holds it; it counts as a film of that folder, so {--collisions} "
          + "settles whether a file there that is called the same has the name.",
        "What was written is told in a manifest, by which s4l-clean knows what is ours. A file "
          + "that was there and holds what it should is taken into it. Any other file that has the "
          + "name of a .strm that is to be written is replaced, also where the manifest says that "
          + "it was made from another source: that may be the same one under its new name. How "
          + "many those were is said on standard error; two sources with names in common each "
          + "need an OUT of their own.",
        "A folder that an event names is listed, and its films get their files; what else lies "
          + "in it is told as entries. Of a film that an event names the folder is listed too, "
          + "without those below it: a film that is not there has vanished and gets no file, and "
          + "size and sign are those that the listing tells. If another film there wants the same "
          + "name, {--collisions} settles it between them. Where an event says that a film is "
          + "gone, another one of its name gets the file, before s4l-clean acts on the event. What "
          + "lies below a root that is no folder of this machine is taken as the event tells it; a "
          + "root in which nothing at all is left is not believed, and its events fail as later.",
        "Where files get other names than before, by {--collisions}, {--tag}, {--name-template} "
          + "or {--names}, the old ones stay until s4l-clean is told --renamed.",
        "{--rewrite} reads no records: it changes the beginning of the files that the manifest "
          + "names, for a server that has moved. Files that were changed since they were written "
          + "stay; those that are changed get a new time.",
        "{--check} reads no records: it tries some of the links. An outcome that failed as absent "
          + "is a link that is dead, since the server says so; of any other kind, nothing is known "
          + "of it. A path of this machine is dead if its folder stands and it does not.",
      ],
      reads: [.head, .entry, .event, .tail],
      writes: [.head, .outcome, .entry, .hole, .tail],
      environment: Stores.allVariables,
      files: [("OUT/.s4l/manifest", "What was written there, and from where.")] + Stores.files,
      statuses: RemoteChoice.statuses,
      examples: [
        .init(
          "Films of a drive behind OpenList, for a media server.",
          "s4l ls openlist://nas:5244/films |\n  s4l strm --base https://drive.example.org films"),
        .init(
          "Paths of a mounted drive.",
          "s4l scan /mnt/drive/films |\n  s4l strm --mode path --map /mnt/drive=/media films"),
        .init("The server has a new name.", "s4l strm --rewrite http://old:5244=http://new films"),
        .init("Do the links still hold?", "s4l strm --check 20 films | jq -r .reason"),
      ],
      related: ["s4l-clean(1)", "s4l-get(1)", "s4l-ls(1)", "s4l-notify(1)", "s4l-stream(5)"])
  }
}
