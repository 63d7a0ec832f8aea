# SPDX-License-Identifier: GPL-2.0-or-later
#
# The installed Kamailio, as a target to compile a module against.
#
# A module loads only into the Kamailio it was compiled for: the same version
# and the same compile flags, which also decide the signatures of the allocator
# and of the locks. Distributions ship no headers, so the source of the
# installed version is fetched once and asked for its flags.
#
# Input (cache variables):
#   KAMAILIO_BINARY      the executable; found in PATH and the sbin folders
#   KAMAILIO_MODULE_DIR  folder of tm.so; the module is installed there
#   KAMAILIO_SOURCE_DIR  an unpacked source of the same version, used as it is
#                        configured; empty: fetched with apt into the cache
#   KAMAILIO_CACHE_DIR   where fetched sources are kept
#
# Output:
#   Kamailio::Module     headers (as system headers), defines and libraries
#   KAMAILIO_REFERENCE   a module of the installed Kamailio, to compare with

include_guard(GLOBAL)

set(_kamailio_here "${CMAKE_CURRENT_LIST_DIR}")

# Where fetched sources go unless told otherwise: per user, so that every build
# folder shares one.
function(kamailio_default_cache out)
	if(DEFINED ENV{XDG_CACHE_HOME} AND NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
		set(base "$ENV{XDG_CACHE_HOME}")
	elseif(DEFINED ENV{HOME} AND NOT "$ENV{HOME}" STREQUAL "")
		set(base "$ENV{HOME}/.cache")
	else()
		set(base "${CMAKE_BINARY_DIR}")
	endif()
	set(${out} "${base}/ims_reg_refresh" PARENT_SCOPE)
endfunction()

# The executable and the module folder of the installed Kamailio.
macro(kamailio_find_installed)
	find_program(KAMAILIO_BINARY kamailio PATHS /usr/sbin /usr/local/sbin
		DOC "Kamailio executable the module is built for")
	if(NOT KAMAILIO_BINARY)
		message(FATAL_ERROR "Kamailio is not installed: no executable 'kamailio' "
			"found (install the kamailio package, set -DKAMAILIO_BINARY=..., or "
			"build without the module: -DMODULE=OFF)")
	endif()
	get_filename_component(_kamailio_prefix "${KAMAILIO_BINARY}" DIRECTORY)
	get_filename_component(_kamailio_prefix "${_kamailio_prefix}" DIRECTORY)
	find_path(KAMAILIO_MODULE_DIR tm.so
		HINTS "${_kamailio_prefix}"
		PATH_SUFFIXES "lib/${CMAKE_LIBRARY_ARCHITECTURE}/kamailio/modules"
			lib64/kamailio/modules lib/kamailio/modules
		NO_DEFAULT_PATH
		DOC "Kamailio's module folder")
	if(NOT KAMAILIO_MODULE_DIR)
		message(FATAL_ERROR "Kamailio's module folder (the one with tm.so) was not "
			"found below ${_kamailio_prefix}: set -DKAMAILIO_MODULE_DIR=...")
	endif()
	set(KAMAILIO_REFERENCE "${KAMAILIO_MODULE_DIR}/tm.so")
	if(EXISTS "${KAMAILIO_MODULE_DIR}/tm/tm.so") # built, not installed
		set(KAMAILIO_REFERENCE "${KAMAILIO_MODULE_DIR}/tm/tm.so")
	endif()
	if(NOT EXISTS "${KAMAILIO_REFERENCE}")
		message(FATAL_ERROR "${KAMAILIO_REFERENCE} does not exist: Kamailio was "
			"removed, or -DKAMAILIO_MODULE_DIR=... is not its module folder")
	endif()
	# An upgrade of Kamailio configures again, for its new version.
	set_property(DIRECTORY APPEND PROPERTY
		CMAKE_CONFIGURE_DEPENDS "${KAMAILIO_BINARY}")
endmacro()

# The source version of the installed package.
function(kamailio_package_version out)
	find_program(DPKG_QUERY dpkg-query)
	mark_as_advanced(DPKG_QUERY)
	set(status "")
	if(DPKG_QUERY)
		execute_process(
			COMMAND "${DPKG_QUERY}" -W "-f=\${db:Status-Status} \${source:Version}"
				kamailio
			OUTPUT_VARIABLE status ERROR_QUIET)
	endif()
	if(NOT status MATCHES "^installed ([^ ]+)$")
		message(FATAL_ERROR "${KAMAILIO_BINARY} does not come from a Debian "
			"package: give its source with -DKAMAILIO_SOURCE_DIR=...")
	endif()
	set(${out} "${CMAKE_MATCH_1}" PARENT_SCOPE)
endfunction()

# The source tree to compile against; fetched when it is not there yet.
function(kamailio_find_source out)
	if(KAMAILIO_SOURCE_DIR)
		get_filename_component(source "${KAMAILIO_SOURCE_DIR}" ABSOLUTE)
	else()
		kamailio_package_version(version)
		string(REGEX REPLACE "[^A-Za-z0-9.+~-]" "_" folder "kamailio-${version}")
		set(source "${KAMAILIO_CACHE_DIR}/${folder}")
		if(NOT EXISTS "${source}")
			message(STATUS "Fetching the source of kamailio ${version}")
		endif()
		execute_process(
			COMMAND "${_kamailio_here}/fetch-kamailio-source"
				"${version}" "${source}"
			RESULT_VARIABLE failed OUTPUT_VARIABLE log ERROR_VARIABLE reason
			ERROR_STRIP_TRAILING_WHITESPACE)
		if(failed)
			message(STATUS "${log}")
			message(FATAL_ERROR "${reason}")
		endif()
	endif()
	if(NOT EXISTS "${source}/src/core/sr_module.h")
		message(FATAL_ERROR "${source} is not a Kamailio source: "
			"src/core/sr_module.h is missing")
	endif()
	set(${out} "${source}" PARENT_SCOPE)
endfunction()

# What Kamailio's own configure step calls for; more by argument.
function(kamailio_require_tools)
	foreach(tool IN ITEMS make bison flex ${ARGN})
		find_program(KAMAILIO_TOOL_${tool} ${tool})
		mark_as_advanced(KAMAILIO_TOOL_${tool})
		if(NOT KAMAILIO_TOOL_${tool})
			message(FATAL_ERROR "'${tool}' is missing: Kamailio's own configure "
				"step needs make bison flex ${ARGN}")
		endif()
	endforeach()
endfunction()

# Kamailio's configure step must not see this build's environment: its result
# is shared by build folders with other compilers and flags.
set(_kamailio_clean_env "${CMAKE_COMMAND}" -E env
	--unset=CC --unset=CFLAGS --unset=CPPFLAGS --unset=LDFLAGS
	--unset=MAKEFLAGS --unset=MFLAGS --unset=MAKELEVEL --unset=DESTDIR LC_ALL=C)

# Up to 6.0: `make cfg`, then the variables of config.mak.
function(kamailio_defines_by_make source out)
	set(config "${source}/src/config.mak")
	set(stamp "${config}")
	if(NOT KAMAILIO_SOURCE_DIR)
		# Ours: configured to the end, not merely begun and interrupted.
		set(stamp "${source}.configured")
	endif()
	if(NOT EXISTS "${config}" OR NOT EXISTS "${stamp}")
		kamailio_require_tools()
		message(STATUS "Configuring ${source} (make cfg)")
		set(cc "")
		find_program(KAMAILIO_TOOL_gcc gcc)
		mark_as_advanced(KAMAILIO_TOOL_gcc)
		if(NOT KAMAILIO_TOOL_gcc)
			set(cc "CC=${CMAKE_C_COMPILER}")
		endif()
		execute_process(
			COMMAND ${_kamailio_clean_env} ${cc} make -C "${source}/src" cfg
			OUTPUT_QUIET ERROR_VARIABLE errors RESULT_VARIABLE failed)
		if(failed OR NOT EXISTS "${config}")
			message(FATAL_ERROR "'make cfg' in ${source}/src failed: ${errors}")
		endif()
		file(TOUCH "${stamp}")
	endif()
	execute_process(
		COMMAND ${_kamailio_clean_env} make -s --no-print-directory
			-C "${source}/src" -f "${_kamailio_here}/kamailio-defines.mak" show
		OUTPUT_VARIABLE line ERROR_VARIABLE errors RESULT_VARIABLE failed
		OUTPUT_STRIP_TRAILING_WHITESPACE)
	if(failed OR line STREQUAL "")
		message(FATAL_ERROR "${config} does not give its flags: ${errors}")
	endif()
	set(${out} "${line}" PARENT_SCOPE)
endfunction()

# From 6.1 on: configure with CMake, then the command of one source file that
# is compiled as ours is.
function(kamailio_defines_by_cmake source out)
	if(KAMAILIO_SOURCE_DIR)
		set(build "${CMAKE_BINARY_DIR}/kamailio-configure")
	else()
		set(build "${source}.configure")
	endif()
	set(commands "${build}/compile_commands.json")
	if(NOT EXISTS "${commands}")
		kamailio_require_tools(pkg-config)
		message(STATUS "Configuring ${source} (CMake)")
		execute_process(
			COMMAND ${_kamailio_clean_env} "${CMAKE_COMMAND}"
				-S "${source}" -B "${build}" -G "Unix Makefiles"
				-DCMAKE_EXPORT_COMPILE_COMMANDS=ON
				"-DINCLUDE_MODULES=ims_usrloc_scscf;tm"
			OUTPUT_QUIET ERROR_VARIABLE errors RESULT_VARIABLE failed)
		if(failed OR NOT EXISTS "${commands}")
			file(REMOVE "${commands}")
			message(FATAL_ERROR "CMake in ${source} failed: ${errors}")
		endif()
	endif()
	# CMake writes a key a line; reading the whole as JSON takes seconds.
	file(STRINGS "${commands}" line LIMIT_COUNT 1
		REGEX "\"command\":.*/ims_usrloc_scscf/ucontact\\.c")
	string(REGEX REPLACE ",$" "" line "${line}")
	string(JSON command ERROR_VARIABLE missing GET "{${line}}" command)
	if(missing)
		message(FATAL_ERROR
			"${commands} has no command for ims_usrloc_scscf/ucontact.c")
	endif()
	set(${out} "${command}" PARENT_SCOPE)
endfunction()

# The preprocessor set of the tree, as compiler options.
function(kamailio_find_defines source out)
	if(NOT KAMAILIO_SOURCE_DIR)
		file(LOCK "${source}.lock" GUARD FUNCTION TIMEOUT 600)
	endif()
	if(EXISTS "${source}/src/Makefile.defs")
		kamailio_defines_by_make("${source}" line)
	else()
		kamailio_defines_by_cmake("${source}" line)
	endif()
	separate_arguments(words UNIX_COMMAND "${line}")
	set(defines "")
	foreach(word IN LISTS words)
		# What names one of Kamailio's own modules is not for ours.
		if(word MATCHES "^-D." AND NOT word MATCHES "^-D(MOD_NAME|PIC|[a-z_]+_EXPORTS)")
			list(APPEND defines "${word}")
		elseif(word STREQUAL "-pthread")
			list(APPEND defines "${word}")
		endif()
	endforeach()
	if(NOT "${defines}" MATCHES "-DVERSIONVAL=")
		message(FATAL_ERROR "the flags of ${source} lack VERSIONVAL: ${line}")
	endif()
	set(${out} "${defines}" PARENT_SCOPE)
endfunction()

# A folder of a module that has no header: searched, it gives nothing of its own
# but makes ../../core/x.h and ../tm/x.h mean what they mean in Kamailio's tree,
# where this module may be dropped in as it is.
function(kamailio_module_depth source out)
	file(GLOB folders LIST_DIRECTORIES true "${source}/src/modules/*")
	foreach(folder IN LISTS folders)
		file(GLOB headers "${folder}/*.h")
		if(IS_DIRECTORY "${folder}" AND NOT headers)
			set(${out} "${folder}" PARENT_SCOPE)
			return()
		endif()
	endforeach()
	message(FATAL_ERROR "${source}/src/modules is not a Kamailio module tree")
endfunction()

# Up to 5.8 the database and IMS helpers are libraries of Kamailio's own; later
# the executable has them. Links what there is.
function(kamailio_link_libraries target source)
	get_filename_component(libdir "${KAMAILIO_MODULE_DIR}" DIRECTORY)
	foreach(name IN ITEMS srdb1 kamailio_ims)
		string(REPLACE "kamailio_" "" folder "${name}")
		foreach(dir IN ITEMS "${libdir}" "${source}/src/lib/${folder}")
			if(EXISTS "${dir}/lib${name}.so")
				target_link_libraries(${target} INTERFACE "${dir}/lib${name}.so")
				target_link_options(${target} INTERFACE
					"LINKER:-rpath,${dir},--enable-new-dtags")
				break()
			endif()
		endforeach()
	endforeach()
endfunction()

kamailio_default_cache(_kamailio_cache)
set(KAMAILIO_CACHE_DIR "${_kamailio_cache}" CACHE PATH
	"Folder for fetched Kamailio sources")
set(KAMAILIO_SOURCE_DIR "" CACHE PATH
	"Unpacked Kamailio source to build against (empty: fetched)")

kamailio_find_installed()
kamailio_find_source(_kamailio_source)
kamailio_find_defines("${_kamailio_source}" _kamailio_defines)
kamailio_module_depth("${_kamailio_source}" _kamailio_depth)

add_library(kamailio_module INTERFACE)
add_library(Kamailio::Module ALIAS kamailio_module)
target_compile_options(kamailio_module INTERFACE ${_kamailio_defines})
target_include_directories(kamailio_module SYSTEM INTERFACE
	"${_kamailio_source}/src" "${_kamailio_depth}")
kamailio_link_libraries(kamailio_module "${_kamailio_source}")

list(FILTER _kamailio_defines INCLUDE REGEX "^-DVERSION=")
string(REGEX REPLACE "^-DVERSION=\"?([^\"]*)\"?.*$" "\\1" KAMAILIO_VERSION
	"${_kamailio_defines}")
message(STATUS "Kamailio ${KAMAILIO_VERSION}: modules in ${KAMAILIO_MODULE_DIR}, "
	"headers in ${_kamailio_source}/src")
