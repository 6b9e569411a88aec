#!/bin/sh
# 离线安装或升级闭环：sh install.sh [目录]，默认 /opt/bihuan。不联网，不碰系统里别的东西。
set -eu
LC_ALL=C.UTF-8
export LC_ALL
here=$(cd "$(dirname "$0")" && pwd)
to=${1:-/opt/bihuan}
python=${PYTHON:-python3}
fail() {
    printf '%s\n' "$1" >&2
    exit 1
}

[ "$(uname -m)" = "@ARCH@" ] || fail "这个安装包是 @ARCH@ 的，本机是 $(uname -m)，请换对应的安装包。"
command -v "$python" >/dev/null || fail "找不到 $python，请先从系统光盘或内网源安装 python3 和 python3-venv。"
found=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
case " @PYTHONS@ " in
*" $found "*) ;;
*) fail "这个安装包配 Python @PYTHONS@，本机的 $python 是 $found。装了别的版本可写 PYTHON=python3.11 sh install.sh。" ;;
esac
"$python" -c 'import ensurepip, venv' 2>/dev/null || fail "缺 venv 模块，请先安装 python3-venv。"

cd "$here"
wrong=$(sha256sum --check SHA256SUMS 2>/dev/null | grep -v ': OK$' | head -n 1 | sed 's/: FAILED.*$//') || true
[ -z "$wrong" ] || fail "安装包里的 $wrong 与校验和不符，没有安装。请重新拷贝安装包。"
for file in wheels/*; do
    grep -q "  $file\$" SHA256SUMS || fail "安装包里多了 $file，校验和里没有它，没有安装。请重新拷贝安装包。"
done

case "$to" in /*) ;; *) to=$(pwd)/$to ;; esac
mkdir -p "$to" 2>/dev/null || fail "$to 建不了，请换一个目录，或用有权限的用户安装。"
[ -w "$to" ] || fail "$to 写不进去，请换一个目录，或用有权限的用户安装。"
to=$(cd "$to" && pwd)
new="$to/venv-@VERSION@"

# 先装好新的一份，原来的照常在用。
rm -rf "$new"
"$python" -m venv "$new"
"$new/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --find-links "$here/wheels" \
    --require-hashes -r "$here/requirements.txt" || {
    rm -rf "$new"
    fail "装不上，原因见上。没有改动原来的安装。"
}

if [ ! -e "$to/bihuan.env" ]; then
    cp "$here/bihuan.env" "$to/bihuan.env"
    chmod 600 "$to/bihuan.env"
fi
sed "s|@DIR@|$to|g" "$here/bihuan" >"$to/bihuan.new"
chmod 755 "$to/bihuan.new"

if [ -e "$to/venv" ] && [ -e "$to/bihuan" ]; then
    mkdir -p "$to/backups"
    kept="$to/backups/before-@VERSION@-$(date +%Y%m%d%H%M%S).bihuan"
    "$to/bihuan" backup "$kept" || {
        rm -rf "$new" "$to/bihuan.new"
        fail "升级前的备份没有成功，没有升级，原来的安装没有动。"
    }
fi
ln -sfn "$new" "$to/venv.new"
mv -T "$to/venv.new" "$to/venv"
mv "$to/bihuan.new" "$to/bihuan"
for unit in bihuan-serve.service bihuan-work.service nginx.conf; do
    sed "s|@DIR@|$to|g" "$here/$unit" >"$to/$unit"
done
"$to/bihuan" init

cat <<END

已装好：$to

  试着启动      $to/bihuan serve            然后打开 http://127.0.0.1:8000
  建第一个账号  $to/bihuan user add 姓名 --post 岗位 --unit 单位
  体检          $to/bihuan doctor
  开机自启      useradd --system --home-dir $to bihuan && chown -R bihuan $to
                cp $to/bihuan-serve.service /etc/systemd/system/ && systemctl enable --now bihuan-serve
  对外服务      设置在 $to/bihuan.env，前面放 nginx，例子在 $to/nginx.conf

升级就是用新的安装包再装一次：先自动备份，再换程序，数据不动。升级后请重新启动服务。
END
