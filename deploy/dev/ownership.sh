# shellcheck shell=bash
# Whose the folders are that we write in. Who owns a folder on the way to a file, or may write to it,
# can put a link there at any moment and lead us, root most of all, where he could not go himself. So
# we write only where nobody but root and ourselves may, and refuse the rest by name.
# Needs console.sh.

# What others must not be allowed on a folder. A group that who is not root lets write is his affair.
refused_mode=002
((EUID)) || refused_mode=022

# is_owned PATH [USER]: it is root's or ours, or the USER's.
is_owned() {
  local owner
  owner=$(stat -c %u -- "$1")
  [[ $owner == 0 || $owner == "$EUID" || -n ${2:-} && $owner == "$(id -u "$2" 2>/dev/null)" ]]
}

refuse_owner() {
  fail "$1 belongs to the user $(stat -c '%U (%u)' -- "$1"), who could lead what $(id -un) does there elsewhere:" \
    "name a folder that is $(id -un)'s or root's all the way down${2:-}"
}

# require_owner PATH [USER]
require_owner() {
  is_owned "$@" ||
    refuse_owner "$1" ", or look through this one and make it yours with chown -hR $(id -un): $1"
}

# require_closed FOLDER: nobody but its owner may write to it.
require_closed() {
  ((8#$(stat -c %a -- "$1") & refused_mode)) || return 0
  fail "$1 may be written to by others than its owner, who could lead what $(id -un) does there elsewhere:" \
    "name another folder, or take that away with chmod go-w $1"
}

# make_own_folder PATH: one that we can write to; made where it is missing.
make_own_folder() {
  reach_own_folder "$1"
  require_folder "$own_folder"
}

# reach_own_folder PATH: makes it where it is missing; sets $own_folder, which is PATH without links. A
# folder on the way that others may write to is good if only owners may rename there, as in /tmp.
reach_own_folder() {
  local rest=$1/ part entry target links=0
  own_folder=''
  is_owned / || refuse_owner /
  while [[ -n $rest ]]; do
    part=${rest%%/*}
    rest=${rest#*/}
    case $part in
      '' | .) continue ;;
      ..)
        own_folder=${own_folder%/*}
        continue
        ;;
    esac
    entry=$own_folder/$part
    [[ -e $entry || -L $entry ]] || mkdir -- "$entry" 2>/dev/null || refuse_folder "$1"
    [[ $entry == "$1" ]] || is_owned "$entry" || refuse_owner "$entry"
    require_owner "$entry"
    if [[ -L $entry ]]; then
      ((++links <= 40)) || fail "$1 leads through too many links"
      target=$(readlink -- "$entry")
      [[ $target != /* ]] || own_folder=''
      rest=$target/$rest
    else
      [[ ! -d $entry || -k $entry ]] || require_closed "$entry"
      own_folder=$entry
    fi
  done
  require_closed "$own_folder"
}

refuse_link() { [[ ! -L $1 ]] || fail "$1 is a link, which is not followed here: remove it"; }

# require_own_tree FOLDER PART...: below FOLDER, but in its sub-folders PART, there is no link, and no
# folder that others own or may write to.
require_own_tree() {
  local found part parts=(-false)
  for part in "${@:2}"; do parts+=(-o -path "./$part"); done
  while IFS= read -r -d '' found; do
    found=$1/${found#./}
    refuse_link "$found"
    require_owner "$found"
    require_closed "$found"
  done < <(cd "$1" && find . -mindepth 1 -type d \( "${parts[@]}" \) -prune -o \
    \( -type l -o -type d \( ! \( -uid 0 -o -uid "$EUID" \) -o -perm "/$refused_mode" \) \) -print0 2>/dev/null)
}

# require_given FOLDER USER: if it is there it is no link, is ours or the USER's, and closed to others.
require_given() {
  [[ -e $1 || -L $1 ]] || return 0
  refuse_link "$1"
  require_owner "$1" "$2"
  require_closed "$1"
}

# give_folder FOLDER USER: FOLDER, which is in one of our own, becomes the USER's alone, with what we
# made in it. What is his already is not touched: he may have filled it with links to anything.
give_folder() {
  [[ $(stat -c %U -- "$1") != "$2" ]] || return 0
  require_owner "$1"
  chown -hR -- "$2:" "$1"
}

# put_file FILE MODE [GROUP [OWNER]]: standard input takes the place of FILE, whole, whatever FILE is. Nobody
# sees it before it has its mode.
put_file() {
  local new
  new=$(mktemp "$(dirname "$1")/new.XXXXXX")
  cat >"$new"
  [[ -z ${3:-} ]] || chgrp -- "$3" "$new"
  chmod "$2" "$new"
  [[ -z ${4:-} ]] || chown -- "$4:" "$new"
  mv -fT -- "$new" "$1"
}
